package org.nestguard.evidence.collect;

import java.util.Optional;
import java.util.stream.Stream;
import org.nestguard.engine.known.Observation;
import org.nestguard.evidence.artefact.QemuCommandLine;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.evidence.view.Artefact;

/**
 * Whether commands may have been given to a guest's QEMU past libvirt. A snapshot that the monitor was told to load
 * ({@code loadvm}) leaves no other trace than that there was a command.
 */
final class MonitorUse {
    private static final String MAY_HAVE_LOADED = ", which may have loaded a snapshot";

    /** Where something is said, and what. */
    private record Trace(Artefact.Text artefact, Reading<Boolean> reading) {}

    private MonitorUse() {}

    /** {@code true} where nobody can have; else unknown, with the reason. */
    static Observation none(RunningGuest guest) {
        return besides(guest).filter(other -> !other.known()).orElseGet(() -> byLibvirt(guest));
    }

    /** Past libvirt altogether: it hears nothing of what is said there. */
    private static Optional<Observation> besides(RunningGuest guest) {
        return guest.process()
                .map(process -> besides(process.artefact(), process.line()))
                .or(() -> guest.log()
                        .map(log -> besides(log.artefact(), log.start().commandLine())));
    }

    private static Observation besides(Artefact.Text artefact, QemuCommandLine line) {
        Reading<Boolean> other = line.otherMonitor();
        if (other instanceof Reading.Unsaid<Boolean> unsaid) {
            return Observation.unknown(artefact.from(), unsaid.why());
        }
        return other.value().orElse(true)
                ? Observation.unknown(
                        artefact.from(),
                        "its QEMU has a monitor besides libvirt's, by which a snapshot may have been loaded")
                : yes(artefact.from());
    }

    /** Through libvirt, by {@code virsh qemu-monitor-command}: it marks the guest as tainted. */
    private static Observation byLibvirt(RunningGuest guest) {
        return Stream.concat(
                        guest.status().stream()
                                .map(status -> new Trace(
                                        status.artefact(), status.description().commanded())),
                        guest.log().stream()
                                .map(log ->
                                        new Trace(log.artefact(), log.start().commanded())))
                .filter(trace -> trace.reading().value().isPresent())
                // one that knows of a command counts before one that does not
                .reduce((one, other) -> commanded(one) ? one : other)
                .map(trace -> commanded(trace)
                        ? Observation.unknown(
                                trace.artefact().from(),
                                "a command was given through its monitor" + MAY_HAVE_LOADED
                                        + "; its next cold start ends that doubt")
                        : yes(trace.artefact().from()))
                .orElseGet(
                        () -> Observation.unknown(
                                "/run/libvirt/qemu/" + guest.name() + ".xml",
                                "whether a command was given through its monitor" + MAY_HAVE_LOADED
                                        + ", is not known: neither this file nor libvirt's log of its start could be read; both need root"));
    }

    private static boolean commanded(Trace trace) {
        return trace.reading().value().orElse(true);
    }

    private static Observation yes(String from) {
        return new Observation(
                "true",
                Observation.unknown(from, "nobody else gave its QEMU commands").evidence());
    }
}
