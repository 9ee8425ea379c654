package org.nestguard.evidence.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.nestguard.engine.known.Known;
import org.nestguard.evidence.host.Below;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Level;

/**
 * What a bug report must say first, and people forget to: that it is a nested set-up, and whether it is KVM on KVM. (Linux,
 * Documentation/virt/kvm/x86/running-nested-guests.rst, "Reporting bugs from nested setups")
 */
public final class Opening {
    private Opening() {}

    /**
     * The first lines of a report.
     *
     * @param below what the host runs on
     * @param guests the facts of the guests that run on it
     */
    public static List<String> of(Level level, Below below, List<Known> guests) {
        List<String> lines = new ArrayList<>();
        lines.add("This is a nested set-up: a guest (L1) that runs guests of its own (L2).");
        lines.add(level == Level.L0 ? onMetal(guests) : inGuest(below, guests));
        if (!below.signs().isEmpty()) {
            lines.add("What is below this host was read from: "
                    + below.signs().stream().map(Below.Sign::says).collect(Collectors.joining("; ")) + ".");
        }
        return lines;
    }

    private static String onMetal(List<Known> guests) {
        long kvm = with(guests, FactName.GUEST_ACCELERATOR, "kvm");
        long emulated = with(guests, FactName.GUEST_ACCELERATOR, "tcg");
        long nesting = with(guests, FactName.GUEST_NESTING, "true");
        return "KVM on KVM: seen from L0, KVM runs " + kvm + " of " + guests.size() + " guests, QEMU emulates "
                + emulated + ", and " + nesting + " can run KVM themselves. Whether one does, its own bundle tells.";
    }

    private static String inGuest(Below below, List<Known> guests) {
        long kvm = with(guests, FactName.GUEST_ACCELERATOR, "kvm");
        String above = guests.isEmpty()
                ? "; no guest (L2) runs here now"
                : "; KVM runs " + kvm + " of " + guests.size() + " guests (L2) here";
        return switch (below.kind()) {
            case KVM -> "KVM on KVM: KVM is below this L1" + above + ".";
            case EMULATION -> "KVM on KVM: no. QEMU emulates this L1 without KVM" + above + ".";
            case OTHER_HYPERVISOR -> "KVM on KVM: no. Below this L1 is " + below.name() + above + ".";
            case SOME_HYPERVISOR, CONTRADICTORY, UNKNOWN, NOTHING ->
                "KVM on KVM: not known. It is not clear what is below this L1" + above + ".";
        };
    }

    private static long with(List<Known> guests, FactName fact, String text) {
        return guests.stream()
                .filter(guest -> guest.get(fact.key()).text().equals(text))
                .count();
    }
}
