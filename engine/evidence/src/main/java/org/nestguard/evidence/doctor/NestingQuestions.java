package org.nestguard.evidence.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nestguard.evidence.artefact.ModprobeConfiguration;
import org.nestguard.evidence.artefact.ModprobeConfiguration.Place;
import org.nestguard.evidence.artefact.ModprobeConfiguration.Setting;
import org.nestguard.evidence.artefact.NextLoad;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.evidence.host.KvmModules.Presence;
import org.nestguard.evidence.host.NestingModule;

/** Is the parameter {@code nested} on, will it be after the next start, and why is it what it is? */
final class NestingQuestions {
    private final HostState host;
    private final NestingModule module;
    private final boolean inGuest;
    private final HpageQuestion hpage;
    private final NestingDefault byDefault;
    private final NestingRemedy remedy;
    private final NextLoad next;
    private final Optional<Boolean> live;
    private final Seen parameter;

    /** @param inGuest whether the host is itself a guest, so that nesting is wanted for a third level only */
    NestingQuestions(
            HostState host,
            NestingModule module,
            boolean inGuest,
            HpageQuestion hpage,
            NestingDefault byDefault,
            NestingRemedy remedy) {
        this.host = host;
        this.module = module;
        this.inGuest = inGuest;
        this.hpage = hpage;
        this.byDefault = byDefault;
        this.remedy = remedy;
        this.next = host.configuration().nextLoad(module.module(), "nested", module.type(host.nestedText()));
        this.live = host.nested().value();
        this.parameter = Topic.seen(module.parameterFile("nested"), host.nested());
    }

    Diagnosis now() {
        Topic topic = new Topic("nesting-now", "nesting now", List.of(parameter));
        if (host.nested() instanceof Reading.Unsaid<Boolean> unsaid) {
            return topic.unknown(
                    host.kvm().presence() == Presence.NOT_LOADED
                            ? "As " + module.module() + " is not loaded, nesting is neither on nor off."
                            : "Whether nesting is on is not known.",
                    List.of(unsaid.why()),
                    List.of());
        }
        if (live.orElse(false)) {
            return topic.ok("Nesting is on.", List.of());
        }
        if (inGuest) {
            return topic.ok(
                    "Nesting is off on this host, which is a guest itself: only a third level would need it.",
                    List.of());
        }
        List<String> details = new ArrayList<>();
        boolean wanted = next instanceof NextLoad.Becomes becomes && becomes.on();
        if (hpage.inTheWay()) {
            details.add("hpage must go off with it: this kernel refuses both at once");
        }
        if (wanted) {
            details.add("it is configured, which takes effect when the module is loaded the next time");
        }
        boolean loadIsAll = wanted && !hpage.inTheWay() && host.kvm().presence() != Presence.BUILT_IN;
        return topic.finding(
                "Nesting is off.", details, loadIsAll ? remedy.reload() : remedy.switchOn(hpage.inTheWay()));
    }

    Diagnosis afterTheNextStart() {
        List<String> details = new ArrayList<>(host.configurationTrouble());
        details.addAll(host.configuration().hidden());
        details.addAll(host.configuration().complaints());
        List<Seen> evidence = new ArrayList<>();
        host.configuration().settings(module.module()).stream()
                .filter(s -> s.parameter().equals("nested"))
                .forEach(s -> evidence.add(seen(s.at())));
        reason().ifPresent(at -> evidence.add(seen(at)));
        if (evidence.isEmpty()) {
            ModprobeConfiguration.FOLDERS.forEach(folder -> evidence.add(new Seen(folder, 0)));
            evidence.add(new Seen(ModprobeConfiguration.COMMAND_LINE, 0));
        }
        Topic topic = new Topic("nesting-after-restart", "nesting after the next start", evidence);
        if (inGuest && !live.orElse(false)) {
            return topic.ok("Nothing has to stay on: this host is a guest itself.", details);
        }
        if (host.kvm().presence() == Presence.BUILT_IN) {
            return builtIn(topic, details);
        }
        details.add("if the module is in the initramfs, the copy of the files in there counts, which was not read");
        Optional<Place> blacklisted = host.configuration().blacklisted(module.module());
        if (blacklisted.isPresent()) {
            return topic.finding(
                    module.module() + " is not loaded by itself after a start: " + blacklisted.get()
                            + " blacklists it.",
                    details,
                    List.of(Step.byHand("Take that line out, unless it is meant so.")));
        }
        if (next instanceof NextLoad.WillNotLoad not) {
            return topic.finding(
                    module.module() + " will not load after the next start: " + not.why() + " (" + not.at() + ").",
                    details,
                    not.setting().isPresent()
                            ? remedy.keepOn(hpage.inTheWay())
                            : List.of(Step.byHand("Take that out, unless it is meant so.")));
        }
        if (next instanceof NextLoad.Open open) {
            return topic.unknown(
                    "Whether nesting will be on after the next start depends on a command: " + open.why() + " ("
                            + open.at() + ").",
                    details,
                    List.of());
        }
        if (next instanceof NextLoad.Automatic automatic) {
            return topic.unknown(
                    automatic.by().at() + " says " + automatic.by().written() + ", which leaves it to the module.",
                    details,
                    remedy.keepOn(hpage.inTheWay()));
        }
        return next instanceof NextLoad.Becomes becomes
                ? configured(topic, becomes, details)
                : unconfigured(topic, details);
    }

    /** Where it stands that the module does not load, or loads some other way. */
    private Optional<Place> reason() {
        if (next instanceof NextLoad.WillNotLoad not && not.setting().isEmpty()) {
            return Optional.of(not.at());
        }
        return next instanceof NextLoad.Open open
                ? Optional.of(open.at())
                : host.configuration().blacklisted(module.module());
    }

    private Diagnosis configured(Topic topic, NextLoad.Becomes becomes, List<String> details) {
        String says = becomes.by().at() + " says " + becomes.by().written();
        if (!becomes.on()) {
            return topic.finding(
                    (live.orElse(false)
                                    ? "Nesting is on now, but will be off after the next start: "
                                    : "Nesting stays off after the next start: ")
                            + says + ".",
                    details,
                    remedy.keepOn(hpage.inTheWay()));
        }
        if (hpage.keepsKvmFromLoading()) {
            return topic.finding(
                    "kvm will not load after the next start: nested and hpage are both configured, which this kernel"
                            + " refuses.",
                    details,
                    remedy.keepOn(true));
        }
        return host.configurationTrouble().isEmpty()
                ? topic.ok("Nesting will be on after the next start: " + says + ".", details)
                : topic.unknown(
                        "Nesting will be on after the next start, as " + says
                                + ", if nothing that could not be read says otherwise.",
                        details,
                        List.of());
    }

    private Diagnosis unconfigured(Topic topic, List<String> details) {
        if (!host.configurationTrouble().isEmpty()) {
            return topic.unknown(
                    "What was read configures nested nowhere, but not all could be read.", details, List.of());
        }
        details.add(byDefault.says());
        if (live.isEmpty()) {
            return topic.unknown(
                    "Nothing configures nested, so the default of kernel or distribution decides.",
                    details,
                    remedy.keepOn(hpage.inTheWay()));
        }
        if (!live.get()) {
            return topic.finding(
                    "Nothing configures nested, and so nothing switches it on after the next start but a default.",
                    details,
                    remedy.keepOn(hpage.inTheWay()));
        }
        return switch (byDefault.value()) {
            case ON, BY_THE_CPU ->
                topic.ok(
                        "Nesting stays on after the next start, by default: nothing configures it otherwise.", details);
            case OFF ->
                topic.finding(
                        "Nesting is on now, but nothing configures it and the default is off: after the next start it will be"
                                + " off.",
                        details,
                        remedy.keepOn(hpage.inTheWay()));
            case OPEN ->
                topic.unknown(
                        "Nesting is on now and nothing configures it; what this distribution's default is nobody has written"
                                + " down.",
                        details,
                        remedy.keepOn(hpage.inTheWay()));
        };
    }

    private Diagnosis builtIn(Topic topic, List<String> details) {
        Optional<Setting> argument = host.configuration().settings(module.module()).stream()
                .filter(s -> s.parameter().equals("nested"))
                .filter(s -> s.at().from().equals(ModprobeConfiguration.COMMAND_LINE))
                .reduce((before, after) -> after);
        details.add(argument.map(a -> "the kernel's command line says " + module.module() + "." + a.written())
                .orElse("the kernel's command line does not speak of it, so it is the kernel's default"));
        if (live.isEmpty()) {
            return topic.unknown("Whether nesting is on is not known.", details, List.of());
        }
        return live.get()
                ? topic.ok("Nesting stays on after the next start of this kernel with this command line.", details)
                : topic.finding(
                        "Nesting stays off after the next start of this kernel with this command line.",
                        details,
                        remedy.keepOn(hpage.inTheWay()));
    }

    /** Empty where there is no live value to explain. */
    Optional<Diagnosis> why() {
        return live.map(this::why);
    }

    private Diagnosis why(boolean on) {
        Optional<Setting> last = host.configuration().last(module.module(), "nested");
        List<Seen> evidence = new ArrayList<>(List.of(parameter));
        last.ifPresent(s -> evidence.add(seen(s.at())));
        Topic topic = new Topic("default", "why nesting is " + (on ? "on" : "off"), evidence);
        List<String> details = new ArrayList<>(List.of(byDefault.says()));
        if (last.isPresent()) {
            String says = last.get().at() + " says " + last.get().written();
            return next instanceof NextLoad.Becomes becomes && becomes.on() == on
                    ? topic.ok("It is configured so: " + says + ".", details)
                    : topic.finding(
                            "It is not as configured: " + says
                                    + (next instanceof NextLoad.WillNotLoad
                                            ? ", and so the module will not load the next time."
                                            : ", which takes effect when the module is loaded the next time."),
                            details,
                            List.of());
        }
        if (!host.configurationTrouble().isEmpty()) {
            details.addAll(host.configurationTrouble());
            return topic.unknown(
                    "What was read configures nested nowhere, but not all could be read.", details, List.of());
        }
        if (byDefault.explains(on)) {
            return topic.ok("Nothing configures it: it is the default of the kernel or of the distribution.", details);
        }
        details.add(
                "the module was loaded with a value by hand or by the initramfs, or the distribution has its own default");
        return topic.finding("Nothing configures it, and it is not the kernel's default either.", details, List.of());
    }

    private static Seen seen(Place at) {
        return new Seen(at.from(), at.line());
    }
}
