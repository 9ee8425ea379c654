package org.nestguard.evidence.doctor;

import java.util.ArrayList;
import java.util.List;
import org.nestguard.evidence.artefact.OfferedExtension;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.evidence.host.Below;
import org.nestguard.evidence.host.GuestCpu;
import org.nestguard.evidence.host.NestingModule;
import org.nestguard.evidence.view.HostView;
import org.nestguard.facts.Tables;

/**
 * Examines whether a host can nest, does, and will go on doing so. It changes nothing: what it finds comes with the commands
 * that a person may run.
 */
public final class Doctor {
    private final Tables tables;

    /** A doctor who measures versions against those tables. */
    public Doctor(Tables tables) {
        this.tables = tables;
    }

    /**
     * Examines a host.
     *
     * @param guests the guests that run on it, as far as that is known; with none, whether guests run is taken from how
     *     often the module is in use
     */
    public Examination examine(HostView view, List<GuestCpu> guests) {
        HostState host = HostState.of(view);
        Below below = Below.of(view, host.platform());
        List<Diagnosis> found = new ArrayList<>();
        found.add(hardware(host, below));
        found.add(module(host));
        found.add(new LevelQuestion(host, below).answer());
        if (host.kvm().nesting().isPresent()) {
            NestingModule module = host.kvm().nesting().get();
            HpageQuestion hpage = new HpageQuestion(host, tables.thresholds().hpageBesideNested());
            NestingRemedy remedy = new NestingRemedy(host, module, !guests.isEmpty());
            NestingQuestions nesting = new NestingQuestions(
                    host,
                    module,
                    below.guest().orElse(false),
                    hpage,
                    NestingDefault.of(module, host.platform().kernel(), tables),
                    remedy);
            found.add(nesting.now());
            found.add(nesting.afterTheNextStart());
            nesting.why().ifPresent(found::add);
            if (host.s390x()) {
                found.add(hpage.answer(remedy));
            }
        } else {
            found.add(new NoParameterQuestion(host).answer());
        }
        guests.forEach(g -> found.add(new GuestQuestion(g, host).answer()));
        return new Examination(
                host.platform().name().value().orElse(view.name()),
                host.kvm().nesting().map(NestingModule::module),
                found);
    }

    private static Diagnosis hardware(HostState host, Below below) {
        Reading<OfferedExtension> extension = host.platform().cpu().extension();
        Topic topic = new Topic(
                "hardware",
                "hardware virtualization",
                List.of(Topic.seen("/proc/cpuinfo", extension), new Seen("/dev/kvm", 0)));
        List<String> details = new ArrayList<>(host.platform().cpu().differences());
        host.devKvm().value().ifPresent(there -> details.add(there ? "/dev/kvm is there" : "there is no /dev/kvm"));
        if (extension instanceof Reading.Unsaid<OfferedExtension> unsaid) {
            details.add(unsaid.why());
            return host.devKvm().value().orElse(false)
                    ? topic.ok("The kernel offers /dev/kvm, so the hardware is there.", details)
                    : topic.unknown("Whether the hardware can run virtual machines is not known.", details, List.of());
        }
        OfferedExtension offered = extension.value().orElseThrow();
        if (offered != OfferedExtension.NONE) {
            return topic.ok("The CPU offers " + offered.word() + " to this kernel.", details);
        }
        if (host.kvm().strange().isPresent()) {
            return topic.finding(
                    "The CPU offers this kernel no vmx, svm or sie; "
                            + host.kvm().strange().get() + " runs guests without them.",
                    details,
                    below.guest().orElse(false) ? List.of(LevelQuestion.giveTheExtension(host)) : List.of());
        }
        return topic.finding(
                "The CPU offers this kernel no vmx, svm or sie.",
                details,
                List.of(below.guest().orElse(false) ? LevelQuestion.giveTheExtension(host) : firmware(host)));
    }

    private static Step firmware(HostState host) {
        return host.s390x()
                ? Step.byHand("SIE is missing in this LPAR: ask who defines it.")
                : Step.byHand(
                        "Switch Intel VT-x or AMD-V (SVM) on in the firmware's setup; it may be called virtualization"
                                + " technology. The kernel says what it thinks of it:",
                        "dmesg | grep -iE 'kvm|vmx|svm'");
    }

    private static Diagnosis module(HostState host) {
        Topic topic =
                new Topic("module", "KVM module", List.of(new Seen("/proc/modules", 0), new Seen("/sys/module", 0)));
        if (host.kvm().nesting().isEmpty()) {
            boolean kvm = host.kvm().present().contains("kvm")
                    || host.devKvm().value().orElse(false);
            return host.kvm()
                    .strange()
                    .map(m -> topic.ok("KVM runs by " + m + ".", List.of()))
                    .orElseGet(() -> kvm
                            ? topic.ok("KVM is part of this kernel.", List.of())
                            : topic.unknown("Nothing of KVM is to be seen.", List.of(), List.of()));
        }
        String module = host.kvm().nesting().get().module();
        return switch (host.kvm().presence()) {
            case LOADED -> topic.ok(module + " is loaded.", List.of());
            case BUILT_IN ->
                topic.ok(
                        module + " is built into the kernel.",
                        List.of("modprobe.d does not reach it: the kernel's command line alone does"));
            case NOT_LOADED ->
                topic.finding(
                        module + " is not loaded.",
                        host.kvm().lsmod().module("kvm").isPresent()
                                ? List.of("kvm is loaded, but it runs nothing without " + module
                                        + "; often the firmware has switched virtualization off")
                                : List.of(),
                        List.of(
                                Step.loading("Load it.", "modprobe " + module),
                                Step.byHand("Where that fails, the kernel says why:", "dmesg | grep -i kvm")));
            case UNKNOWN ->
                topic.unknown(
                        host.nestedText().isPresent()
                                ? module + " is there; whether it is loaded or built into the kernel is not known."
                                : "Whether " + module + " is loaded is not known.",
                        host.kvm().lsmod().complaints(),
                        List.of(Step.byHand("Look:", "lsmod | grep kvm")));
        };
    }
}
