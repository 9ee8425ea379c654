package org.nestguard.evidence.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.evidence.doctor.Diagnosis.State;
import org.nestguard.facts.CpuMode;

/** Does a guest see vmx, svm or sie, and does its CPU travel? */
final class GuestQuestion {
    private final GuestCpu guest;
    private final HostState host;
    private final String gives;
    private final List<String> details = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();

    GuestQuestion(GuestCpu guest, HostState host) {
        this.guest = guest;
        this.host = host;
        this.gives = host.nesting().map(NestingModule::gives).orElse("virtualization");
    }

    Diagnosis answer() {
        Optional<Boolean> nests = guest.nesting().value();
        State state = State.OK;
        String sentence;
        if (guest.nesting() instanceof Reading.Unsaid<Boolean> unsaid) {
            state = State.UNKNOWN;
            details.add(unsaid.why());
            sentence = "Whether " + guest.name() + " sees " + gives + " is not known.";
        } else if (nests.filter(n -> !n).isPresent()) {
            sentence = guest.name() + " does not see " + gives + ": it runs no guests with KVM.";
        } else if (host.nested().value().filter(n -> !n).isPresent()) {
            state = State.FINDING;
            details.add("once nesting is on here, it gets it with its next cold start");
            sentence =
                    guest.name() + " is to see " + gives + ", but nesting is off on this host, so it does not get it.";
        } else {
            sentence = guest.name() + " sees " + gives + ".";
        }
        State byMode = mode(nests.orElse(true));
        return new Diagnosis(
                "guest",
                "guest " + guest.name(),
                state == State.OK ? byMode : state,
                sentence,
                details,
                steps,
                List.of());
    }

    private State mode(boolean nests) {
        if (guest.cpuMode() instanceof Reading.Unsaid<CpuMode> unsaid) {
            details.add("how its CPU was chosen is not known: " + unsaid.why());
            return State.UNKNOWN;
        }
        return switch (guest.cpuMode().value().orElseThrow()) {
            case HOST_PASSTHROUGH -> {
                details.add(
                        "its CPU is the host's own (-cpu host): it can move only to a host with the same CPU, microcode"
                                + " and kernel; a named model travels better");
                if (!nests) {
                    yield State.OK;
                }
                String feature = host.s390x() ? "sief2" : gives;
                steps.add(Step.byHand(
                        "Give it a model that all hosts it may move to can offer, with " + feature
                                + ": <cpu mode='custom' match='exact'><model>MODEL</model><feature policy='require' name='"
                                + feature + "'/></cpu>. What this host can offer, and the definition to change:",
                        "virsh domcapabilities",
                        "virsh edit " + ShellWord.quoted(guest.name())));
                yield State.FINDING;
            }
            case HOST_MODEL -> {
                details.add(
                        "its CPU is the named model that comes closest to the host's, with the features written out: it"
                                + " can move where all of these are offered");
                yield State.OK;
            }
            case CUSTOM -> {
                details.add("its CPU is a named model, which travels well");
                yield State.OK;
            }
        };
    }
}
