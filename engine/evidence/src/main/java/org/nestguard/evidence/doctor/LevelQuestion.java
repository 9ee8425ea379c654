package org.nestguard.evidence.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nestguard.evidence.artefact.OfferedExtension;
import org.nestguard.evidence.host.Below;
import org.nestguard.evidence.host.Below.Sign;
import org.nestguard.evidence.host.NestingModule;

/** Is this host itself a guest, and then really KVM on KVM, or emulation? */
final class LevelQuestion {
    private static final Step ASK = Step.byHand("Ask on it:", "systemd-detect-virt --vm", "lscpu | grep -i hypervisor");

    private final HostState host;
    private final Below below;
    private final List<String> signs;
    private final Topic topic;

    LevelQuestion(HostState host, Below below) {
        this.host = host;
        this.below = below;
        this.signs = below.signs().stream().map(Sign::says).toList();
        this.topic = new Topic(
                "level",
                "what is below this host",
                below.signs().stream().map(s -> new Seen(s.from(), s.line())).toList());
    }

    Diagnosis answer() {
        return switch (below.kind()) {
            case NOTHING ->
                topic.ok(
                        host.s390x()
                                ? "This host is an LPAR: the first level that runs KVM, L0."
                                : "No hypervisor shows itself below: this host is L0.",
                        signs);
            case KVM -> onKvm();
            case EMULATION ->
                topic.finding(
                        "This host is itself emulated by QEMU (TCG): nothing in it is KVM on KVM, whatever its CPU shows.",
                        signs,
                        List.of(Step.byHand(
                                "On the machine below: start it with KVM, <domain type='kvm'> or -accel kvm.")));
            case OTHER_HYPERVISOR ->
                topic.finding(
                        "This host is itself a guest of " + below.name()
                                + ", not of KVM: what is known of nested KVM does not hold for it.",
                        signs,
                        List.of());
            case SOME_HYPERVISOR ->
                topic.unknown(
                        "This host is itself a guest; of which hypervisor, and whether with KVM or by emulation, is not known.",
                        signs,
                        List.of(ASK));
            case CONTRADICTORY ->
                topic.unknown("The signs of what is below this host contradict each other.", signs, List.of(ASK));
            case UNKNOWN -> topic.unknown("Whether this host is itself a guest is not known.", silence(), List.of(ASK));
        };
    }

    /** Where nothing tells, what was looked at and does not. */
    private List<String> silence() {
        List<String> all = new ArrayList<>(signs);
        all.addAll(below.silent());
        return all;
    }

    private Diagnosis onKvm() {
        Optional<OfferedExtension> extension = host.platform().cpu().extension().value();
        if (host.kvm().strange().isPresent()) {
            return topic.finding(
                    "This host is itself a guest of KVM and runs its own guests by "
                            + host.kvm().strange().get()
                            + ", without the CPU's help: what is known of nested KVM does not hold for it.",
                    signs,
                    List.of());
        }
        if (extension.filter(e -> e == OfferedExtension.NONE).isPresent()) {
            return topic.finding(
                    "This host is itself a guest of KVM, but sees no vmx, svm or sie: its guests are emulated, which is not"
                            + " KVM on KVM.",
                    signs,
                    List.of(giveTheExtension(host)));
        }
        if (host.devKvm().value().filter(there -> !there).isPresent()) {
            return topic.finding(
                    "This host is itself a guest of KVM, but has no /dev/kvm: its guests are emulated, which is not KVM on"
                            + " KVM.",
                    signs,
                    List.of());
        }
        return extension.isPresent() || host.devKvm().value().isPresent()
                ? topic.ok("This host is itself a guest of KVM, an L1, and can run guests with KVM: KVM on KVM.", signs)
                : topic.unknown(
                        "This host is itself a guest of KVM; whether its own guests use KVM is not known.",
                        signs,
                        List.of());
    }

    /** What the hypervisor below has to do so that this host sees the extension. */
    static Step giveTheExtension(HostState host) {
        NestingModule module = host.kvm()
                .nesting()
                .or(() -> host.platform().cpu().vendor().value().flatMap(NestingModule::forX86))
                .orElse(NestingModule.KVM_INTEL);
        String feature = module.gives();
        return switch (module) {
            case KVM_S390 ->
                Step.byHand(
                        "On the hypervisor below: switch kvm's nested on, and give this guest the feature"
                                + " sief2 (<feature policy='require' name='sief2'/>, or -cpu host). Then start the guest anew.");
            case KVM_HV ->
                Step.byHand("On the hypervisor below: start this guest with -machine pseries,cap-nested-hv=on.");
            case KVM_INTEL, KVM_AMD ->
                Step.byHand("On the hypervisor below: switch nested on, give this guest the feature "
                        + feature + " (<feature policy='require' name='" + feature + "'/>, or -cpu MODEL," + feature
                        + "=on) and start it anew.");
        };
    }
}
