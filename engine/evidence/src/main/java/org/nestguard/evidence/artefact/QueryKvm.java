package org.nestguard.evidence.artefact;

import com.fasterxml.jackson.databind.JsonNode;
import org.nestguard.facts.Accelerator;

/**
 * What QMP {@code query-kvm} replies: the truth about the accelerator of a running guest.
 *
 * @param enabled whether KVM runs it
 * @param present whether this QEMU was built with KVM
 */
public record QueryKvm(Reading<Boolean> enabled, Reading<Boolean> present) {

    /** Reads the reply. */
    public static QueryKvm read(String text) {
        Reading<JsonNode> value = QmpReply.read(text).value();
        return new QueryKvm(flag(value, "enabled"), flag(value, "present"));
    }

    private static Reading<Boolean> flag(Reading<JsonNode> value, String key) {
        return value.flatMap(object -> JsonDocuments.flag(object, key));
    }

    /** KVM where it is enabled, else emulation. Other accelerators (hvf, xen) look like emulation here. */
    public Reading<Accelerator> accelerator() {
        return enabled.map(on -> on ? Accelerator.KVM : Accelerator.TCG);
    }
}
