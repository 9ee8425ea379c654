package org.nestguard.evidence.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nestguard.evidence.artefact.NestingAsk;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.evidence.host.GuestCpu;
import org.nestguard.evidence.host.NestingModule;
import org.nestguard.facts.CpuMode;

/** Does a guest see vmx, svm or sie, and does its CPU travel? */
final class GuestQuestion {
    private final GuestCpu guest;
    private final HostState host;
    private final String gives;
    private final List<String> details = new ArrayList<>();

    GuestQuestion(GuestCpu guest, HostState host) {
        this.guest = guest;
        this.host = host;
        this.gives = host.kvm().nesting().map(NestingModule::gives).orElse("virtualization");
    }

    Diagnosis answer() {
        Topic topic = new Topic(
                "guest",
                "guest " + guest.name(),
                guest.from().stream().map(f -> new Seen(f, 0)).toList());
        String name = guest.name();
        Optional<CpuMode> mode = guest.cpuMode().value();
        details.add(mode.map(GuestQuestion::travels)
                .orElseGet(() -> "how its CPU was chosen is not known: " + why(guest.cpuMode())));
        if (guest.nesting().value().isEmpty()) {
            details.add(why(guest.nesting()));
            return topic.unknown("Whether " + name + " sees " + gives + " is not known.", details, List.of());
        }
        NestingAsk ask = guest.nesting().value().get();
        Optional<Boolean> offered = host.nested().value();
        if (ask == NestingAsk.NO) {
            return told(topic, mode, name + " does not see " + gives + ": it runs no guests with KVM.");
        }
        if (offered.isEmpty()) {
            details.add(why(host.nested()));
            return topic.unknown(
                    ask == NestingAsk.YES
                            ? name + " is to see " + gives + "; whether this host gives it is not known."
                            : "The CPU of " + name + " follows the host's; whether it sees " + gives + " is not known.",
                    details,
                    List.of());
        }
        if (offered.get()) {
            return told(topic, mode, name + " sees " + gives + ".");
        }
        if (ask == NestingAsk.YES) {
            details.add("once nesting is on here, it gets it with its next cold start");
            return topic.finding(
                    name + " is to see " + gives + ", but nesting is off on this host, so it does not get it.",
                    details,
                    List.of());
        }
        return told(
                topic, mode, name + " does not see " + gives + ": its CPU follows the host's, where nesting is off.");
    }

    private Diagnosis told(Topic topic, Optional<CpuMode> mode, String sentence) {
        return mode.isPresent() ? topic.ok(sentence, details) : topic.unknown(sentence, details, List.of());
    }

    private static String why(Reading<?> reading) {
        return reading instanceof Reading.Unsaid<?> unsaid ? unsaid.why() : "";
    }

    private static String travels(CpuMode mode) {
        return switch (mode) {
            case HOST_PASSTHROUGH ->
                "its CPU is the host's own (-cpu host): it can move only to a host with the same CPU, microcode and"
                        + " kernel; a named model, of those that virsh domcapabilities lists, travels better";
            case HOST_MODEL ->
                "its CPU is the named model that comes closest to the host's, with the features written out: it can move"
                        + " where all of these are offered";
            case CUSTOM -> "its CPU is a named model, which travels well";
        };
    }
}
