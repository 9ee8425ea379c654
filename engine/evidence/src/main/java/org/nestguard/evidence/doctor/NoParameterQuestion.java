package org.nestguard.evidence.doctor;

import java.util.List;
import java.util.Optional;
import org.nestguard.evidence.artefact.ModprobeConfiguration;
import org.nestguard.evidence.artefact.ModprobeConfiguration.Setting;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.facts.KernelRelease;
import org.nestguard.facts.Version;

/** Does a host nest whose KVM has no parameter {@code nested}? */
final class NoParameterQuestion {
    /** Upstream switched nesting on arm64 on in 6.16. */
    private static final Version ARM_NESTS = new Version(6, 16, 0, Version.RELEASED);

    private final HostState host;
    private final Topic topic = new Topic(
            "nesting-now",
            "nesting now",
            List.of(new Seen("/proc/cpuinfo", 0), new Seen(ModprobeConfiguration.COMMAND_LINE, 1)));

    NoParameterQuestion(HostState host) {
        this.host = host;
    }

    Diagnosis answer() {
        String machine = host.platform().machine().value().orElse("");
        if (machine.equals("aarch64")) {
            return arm();
        }
        if (machine.startsWith("riscv") || machine.startsWith("loongarch") || machine.startsWith("arm")) {
            return topic.finding("KVM does not nest on " + machine + ".", List.of(), List.of());
        }
        return topic.unknown(
                host.kvm()
                        .strange()
                        .map(m -> m + " has no parameter nested, and does not tell whether its guests can nest.")
                        .orElse(
                                "No module with a parameter nested belongs to this host, so whether it can nest is not known."),
                host.platform().machine() instanceof Reading.Unsaid<String> unsaid
                        ? List.of("the architecture is not known: " + unsaid.why())
                        : List.of(),
                List.of());
    }

    private Diagnosis arm() {
        Optional<KernelRelease> kernel = host.platform().kernel().value();
        if (kernel.filter(k -> k.version().before(ARM_NESTS)).isPresent()) {
            return topic.finding(
                    "This kernel, " + kernel.get() + ", does not nest: upstream's does from 6.16 on.",
                    List.of("a distributor may have taken it over under an older number"),
                    List.of());
        }
        boolean asked = host.configuration()
                .last("kvm_arm", "mode")
                .flatMap(Setting::value)
                .filter("nested"::equals)
                .isPresent();
        return asked
                ? topic.unknown(
                        "Nesting is asked for (kvm-arm.mode=nested); whether this CPU can (FEAT_NV2) is said at start only.",
                        List.of(),
                        List.of(Step.byHand("Look:", "dmesg | grep -i 'kvm.*nested'")))
                : topic.finding(
                        "Nesting is off: kvm-arm.mode=nested does not stand on the kernel's command line.",
                        host.configurationTrouble(),
                        List.of(Step.byHand(
                                "Put kvm-arm.mode=nested on the kernel's command line and start the host anew; the"
                                        + " CPU must have FEAT_NV2.")));
    }
}
