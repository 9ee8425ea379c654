package org.nestguard.evidence.artefact;

import java.util.List;
import org.nestguard.facts.Accelerator;

/**
 * The accelerators that a QEMU process may use, first the one it tries first.
 *
 * @param names in QEMU's words, never empty
 * @param why what chose them
 */
public record QemuAccelerators(List<String> names, Choice why) {
    /** What chose the accelerators. */
    public enum Choice {
        /** An option. */
        OPTION,
        /** The binary's name ends in {@code kvm} and no option speaks of it: KVM, else TCG. */
        BINARY_NAME,
        /** Nothing speaks of it: TCG. */
        DEFAULT
    }

    /** What runs the CPU; unsaid where there is a choice, or where it is neither KVM nor TCG. */
    public Reading<Accelerator> one() {
        if (why == Choice.BINARY_NAME) {
            return Reading.unsaid(
                    "no accelerator is given and the binary's name ends in kvm: KVM is tried first, then TCG;"
                            + " query-kvm tells which it is");
        }
        if (names.size() > 1) {
            return Reading.unsaid(
                    "the first that works of " + String.join(", ", names) + "; query-kvm tells which it is");
        }
        return switch (names.get(0)) {
            case "kvm" -> Reading.said(Accelerator.KVM, 0);
            case "tcg" -> Reading.said(Accelerator.TCG, 0);
            default -> Reading.unsaid("the accelerator is neither KVM nor TCG");
        };
    }

    /** Whether KVM may run it. */
    public boolean mayBeKvm() {
        return names.contains("kvm");
    }
}
