package org.nestguard.evidence.doctor;

import java.util.List;
import java.util.Optional;
import org.nestguard.evidence.artefact.NextLoad;
import org.nestguard.evidence.artefact.ParameterType;
import org.nestguard.evidence.host.NestingModule;
import org.nestguard.facts.Version;

/** On s390x: does {@code hpage}, huge pages below guests, stand in the way of {@code nested}? */
final class HpageQuestion {
    private final HostState host;
    private final Version both;

    /** @param both the kernel from which on both may be on */
    HpageQuestion(HostState host, Version both) {
        this.host = host;
        this.both = both;
    }

    Diagnosis answer(NestingRemedy remedy) {
        Topic topic = new Topic(
                "hpage",
                "hpage beside nested",
                List.of(
                        Topic.seen(NestingModule.KVM_S390.parameterFile("hpage"), host.hpage()),
                        new Seen("/proc/version", 1)));
        Optional<Boolean> hpage = host.hpage().value();
        List<String> details = List.of(host.platform()
                .kernel()
                .value()
                .map(k -> "the kernel is " + k + "; upstream allows both at once from " + both
                        + " on, and a distributor may do so earlier")
                .orElse("the kernel's version is not known, so the older rule is taken to hold: not both at once"));
        if (hpage.isEmpty()) {
            return topic.unknown("Whether hpage is on is not known.", details, List.of());
        }
        if (!hpage.get()) {
            return topic.ok("hpage is off and not in the way of nested.", details);
        }
        boolean nested = host.nested().value().orElse(false);
        if (tolerated()) {
            return topic.ok(
                    nested
                            ? "hpage and nested are both on, which this kernel allows."
                            : "hpage is on, and nested may be too.",
                    details);
        }
        return nested
                ? topic.finding(
                        "hpage and nested both read as on, which a kernel of this number refuses: one of the values, or the"
                                + " kernel's version, is not what it seems.",
                        details,
                        List.of())
                : topic.finding(
                        "hpage is on: kvm cannot be loaded with nested as long as it is.",
                        details,
                        remedy.switchOn(true));
    }

    /** Whether nested cannot be switched on before hpage is off. */
    boolean inTheWay() {
        return host.s390x() && !tolerated() && (host.hpage().value().orElse(false) || configured());
    }

    /** Whether nested, if it is configured too, keeps kvm from loading the next time. */
    boolean keepsKvmFromLoading() {
        return host.s390x() && !tolerated() && configured();
    }

    private boolean configured() {
        return host.configuration().nextLoad("kvm", "hpage", ParameterType.INT) instanceof NextLoad.Becomes becomes
                && becomes.on();
    }

    private boolean tolerated() {
        return host.platform()
                .kernel()
                .value()
                .filter(k -> k.version().atLeast(both))
                .isPresent();
    }
}
