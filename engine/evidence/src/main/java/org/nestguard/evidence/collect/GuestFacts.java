package org.nestguard.evidence.collect;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.nestguard.engine.known.Beginning;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.known.Observation;
import org.nestguard.engine.known.Subject;
import org.nestguard.evidence.artefact.MachineType;
import org.nestguard.evidence.artefact.NestingAsk;
import org.nestguard.evidence.artefact.QemuStart;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.evidence.host.GuestCpu;
import org.nestguard.evidence.view.Artefact;
import org.nestguard.evidence.view.HostView;
import org.nestguard.facts.Accelerator;
import org.nestguard.facts.Arch;
import org.nestguard.facts.CpuMode;
import org.nestguard.facts.Evidence;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Level;
import org.nestguard.facts.Worded;

/** The facts of one guest, but for the state of its L2 guests. */
final class GuestFacts {
    /** The keys of facts that can decide about a guest: one who collects wants to hear where one is missing. */
    static final Set<String> THAT_DECIDE = keys(
            FactName.GUEST_LEVEL.key(),
            FactName.GUEST_ACCELERATOR.key(),
            FactName.GUEST_NESTING.key(),
            FactName.GUEST_L2_LIVE.key(),
            FactName.GUEST_MOVED.key(),
            Subject.QEMU);

    private final HostView host;
    private final Emulators emulators;
    private final Known hostFacts;
    private final RunningGuest guest;
    private final boolean countedByKvm;
    private final boolean askMonitor;

    /**
     * @param countedByKvm whether KVM has counters of it, which proves that KVM runs it
     * @param askMonitor whether its QEMU is asked for what nothing else tells
     */
    GuestFacts(
            HostView host,
            Emulators emulators,
            Known hostFacts,
            RunningGuest guest,
            boolean countedByKvm,
            boolean askMonitor) {
        this.host = host;
        this.emulators = emulators;
        this.hostFacts = hostFacts;
        this.guest = guest;
        this.countedByKvm = countedByKvm;
        this.askMonitor = askMonitor;
    }

    Known read(Instant now) {
        Map<String, Observation> facts = new LinkedHashMap<>();
        facts.put(FactName.GUEST_NAME.key(), name());
        facts.put(FactName.GUEST_UUID.key(), said(Portrait::uuid));
        facts.put(FactName.GUEST_LEVEL.key(), level());
        Observation accelerator = accelerator();
        facts.put(FactName.GUEST_ACCELERATOR.key(), accelerator);
        facts.put(FactName.GUEST_NESTING.key(), nesting(accelerator));
        facts.put(
                FactName.GUEST_CPU_MODE.key(),
                said(portrait -> portrait.cpuMode().map(Worded::word)));
        facts.put(
                FactName.GUEST_MACHINE_TYPE.key(),
                said(portrait -> portrait.machine().map(MachineType::text)));
        facts.put(FactName.GUEST_SMM.key(), said(portrait -> portrait.smm().map(Object::toString)));
        facts.put(FactName.GUEST_EVMCS.key(), said(portrait -> portrait.evmcs().map(Object::toString)));
        facts.put(Subject.QEMU, qemu());
        Observation startedBy = startedBy();
        facts.put(Subject.STARTED_BY, startedBy);
        facts.put(Subject.COLD_STARTED_AT, coldStartedAt(startedBy));
        facts.put(Subject.MEMORY, memory());
        facts.put(FactName.GUEST_MOVED.key(), moved(startedBy));
        return new Known(Subject.GUEST, Witnesses.latest(facts).orElse(now), facts);
    }

    /** What libvirt says now; else what its process was given at the start, with all that could be added. */
    private Observation memory() {
        Observation now = said(portrait -> portrait.memory().flatMap(GuestFacts::memory));
        if (now.known()) {
            return now;
        }
        Witnesses start = new Witnesses();
        guest.process()
                .ifPresent(process ->
                        start.hear(process.artefact(), process.line().memory().flatMap(GuestFacts::memory)));
        if (!start.spoke()) {
            guest.log()
                    .ifPresent(log -> start.hear(
                            log.artefact(), log.start().commandLine().memory().flatMap(GuestFacts::memory)));
        }
        return start.spoke() ? start.verdict() : now;
    }

    private static Reading<String> memory(long mebibytes) {
        String text = Long.toString(mebibytes);
        return Subject.GUEST.takes(Subject.MEMORY, text)
                ? Reading.said(text, 0)
                : Reading.unsaid(text + " MiB are not what a guest has");
    }

    private Observation name() {
        Observation said = said(Portrait::name);
        return said.known() || guest.domain().isEmpty()
                ? said
                : new Observation(
                        guest.domain().get().name(),
                        new Evidence("virsh -r list --all", null, Evidence.Witness.HOST, "libvirt's name of it"));
    }

    /** Only what its CPU is: what is asked for, whatever the host makes of it. */
    static GuestCpu cpu(RunningGuest guest) {
        return new GuestCpu(
                guest.name(),
                reading(
                        NestingAsk.class,
                        said(guest, portrait -> portrait.nesting().map(Worded::word))),
                reading(
                        CpuMode.class,
                        said(guest, portrait -> portrait.cpuMode().map(Worded::word))),
                guest.portraits().stream().map(p -> p.artefact().from()).toList());
    }

    private static <E extends Enum<E> & Worded> Reading<E> reading(Class<E> type, Observation said) {
        Evidence evidence = said.evidence();
        return Worded.read(type, said.text())
                .map(value -> Reading.said(value, 0))
                .orElseGet(() ->
                        Reading.unsaid(evidence == null ? "nothing says so" : evidence.from() + ": " + evidence.why()));
    }

    private Observation said(Function<Portrait, Reading<String>> part) {
        return said(guest, part);
    }

    private static Observation said(RunningGuest guest, Function<Portrait, Reading<String>> part) {
        Witnesses witnesses = new Witnesses();
        for (Portrait portrait : guest.portraits()) {
            witnesses.hear(portrait.artefact(), part.apply(portrait));
        }
        return witnesses.verdict();
    }

    private Observation level() {
        Observation of = hostFacts.get(FactName.SOURCE_LEVEL.key());
        return of.known()
                ? new Observation((of.text().equals(Level.L0.word()) ? Level.L1 : Level.L2).word(), of.evidence())
                : of;
    }

    private Observation accelerator() {
        Observation said = said(portrait -> portrait.accelerator().map(Worded::word));
        if (said.known() && countedByKvm && !said.text().equals(Accelerator.KVM.word())) {
            return new Observation(
                    Observation.UNKNOWN,
                    evidence(said, "contradiction: it says " + said.text() + ", and KVM has counters of this guest"));
        }
        return !said.known() && countedByKvm
                ? new Observation(
                        Accelerator.KVM.word(),
                        new Evidence("virsh -r domstats --vcpu", null, Evidence.Witness.HOST, "KVM has counters of it"))
                : orAsked(said, Monitor::accelerator);
    }

    /** What was found, or what its QEMU says where nothing else does. */
    private Observation orAsked(Observation found, Function<Monitor, Monitor.Reply<String>> question) {
        if (found.known() || !askMonitor || guest.domain().isEmpty()) {
            return found;
        }
        Monitor.Reply<String> reply =
                question.apply(new Monitor(host, guest.domain().get()));
        return reply.artefact() instanceof Artefact.Text text
                ? new Witnesses().hear(text, reply.reading()).verdict()
                : found;
    }

    /** What is asked for comes only where the host gives it. */
    private Observation nesting(Observation accelerator) {
        if (!accelerator.text().equals(Accelerator.KVM.word())) {
            // whatever was asked for, an L2 can live there: KVM's word "no" would be a lie
            return new Observation(
                    Observation.UNKNOWN,
                    evidence(
                            accelerator,
                            accelerator.known()
                                    ? "QEMU's emulation has SVM of its own, which no parameter of the host switches"
                                    : "what runs its CPU is not known"));
        }
        Observation ask = said(portrait -> portrait.nesting().map(Worded::word));
        Observation offered = hostFacts.get(FactName.SOURCE_NESTED.key());
        if (!ask.known() || ask.text().equals(NestingAsk.NO.word())) {
            return ask.known() ? told(ask, false, "its CPU is not asked to show it") : ask;
        }
        boolean settable = hostFacts.get(FactName.SOURCE_ARCH.key()).text().equals(Arch.PPC64LE.word());
        if (offered.text().equals("false") && settable) {
            return new Observation(
                    Observation.UNKNOWN,
                    evidence(ask, "the host's nested is off now, and may have been on when the guest was started"));
        }
        if (offered.text().equals("false")) {
            return told(ask, false, "asked for or not, the host's nested is off");
        }
        if (ask.text().equals(NestingAsk.YES.word())) {
            return told(ask, true, "asked for by name");
        }
        return offered.known()
                ? told(ask, true, "its CPU follows the host's, where nested is on")
                : new Observation(
                        Observation.UNKNOWN,
                        evidence(ask, "its CPU follows the host's, of which it is not known whether nested is on"));
    }

    private static Observation told(Observation ask, boolean nests, String why) {
        return new Observation(Boolean.toString(nests), evidence(ask, why));
    }

    private static Evidence evidence(Observation of, String why) {
        Evidence evidence = of.evidence();
        return evidence == null
                ? new Evidence("the guest's description", null, Evidence.Witness.HOST, why)
                : new Evidence(evidence.from(), evidence.at(), evidence.by(), why);
    }

    /** Of the process that runs, which an upgrade of the package leaves behind. */
    private Observation qemu() {
        if (guest.log().isPresent()) {
            Observation logged = new Witnesses()
                    .hear(
                            guest.log().get().artefact(),
                            guest.log().get().start().qemu().version().map(Object::toString))
                    .verdict();
            if (logged.known()) {
                return logged;
            }
        }
        Observation binary = guest.process()
                .map(process -> new Witnesses()
                        .hear(emulators.banner(process.pid()), HostFacts::banner)
                        .verdict())
                .orElseGet(() -> Observation.unknown(
                        "/var/log/libvirt/qemu/" + guest.name() + ".log",
                        "neither libvirt's log of its start nor its process could be read; both need root"));
        return orAsked(binary, Monitor::version);
    }

    private Observation startedBy() {
        Witnesses witnesses = new Witnesses();
        guest.process()
                .ifPresent(process ->
                        witnesses.hear(process.artefact(), start(process.line().start())));
        if (!witnesses.spoke()) {
            guest.log()
                    .ifPresent(log -> witnesses.hear(
                            log.artefact(), start(log.start().commandLine().start())));
        }
        return witnesses.verdict();
    }

    private static Reading<String> start(Reading<QemuStart> start) {
        return start.flatMap(how -> {
            if (how instanceof QemuStart.Cold) {
                return Reading.said(Beginning.COLD.word(), 0);
            }
            if (how instanceof QemuStart.Loaded) {
                return Reading.said(Beginning.LOADVM.word(), 0);
            }
            return switch (((QemuStart.Incoming) how).from()) {
                case MIGRATION -> Reading.said(Beginning.INCOMING.word(), 0);
                case FILE -> Reading.said(Beginning.RESTORE.word(), 0);
                case STREAM, TOLD_LATER, UNKNOWN ->
                    Reading.unsaid("its state came from elsewhere, by a migration or a restore");
            };
        });
    }

    private Observation coldStartedAt(Observation startedBy) {
        if (!startedBy.text().equals(Beginning.COLD.word())) {
            return startedBy.known()
                    ? Observation.unknown("its process", "it did not begin cold: " + startedBy.text())
                    : startedBy;
        }
        Observation running = guest.process()
                .map(process -> ProcessClock.started(host, process.pid()))
                .orElseGet(() -> Observation.unknown("its process", "it could not be looked at"));
        return running.known() || guest.log().isEmpty()
                ? running
                : new Witnesses()
                        .hear(
                                guest.log().get().artefact(),
                                guest.log().get().start().startedAt().map(Object::toString))
                        .verdict();
    }

    /** A guest that began cold here and had no snapshot loaded has not been moved since. */
    private Observation moved(Observation startedBy) {
        Observation born = bornHere(startedBy);
        return born.text().equals("true")
                ? new Observation("false", born.evidence())
                : new Observation(Observation.UNKNOWN, born.evidence());
    }

    /** Whether its state never came from elsewhere: {@code true}, or unknown with the reason. */
    private Observation bornHere(Observation startedBy) {
        if (!startedBy.text().equals(Beginning.COLD.word())) {
            return startedBy.known()
                    ? new Observation(
                            Observation.UNKNOWN,
                            evidence(
                                    startedBy,
                                    "its state came from elsewhere (" + startedBy.text() + "), and with it"
                                            + " perhaps a live L2"))
                    : startedBy;
        }
        if (guest.domain().isEmpty()) {
            return new Observation(
                    Observation.UNKNOWN,
                    evidence(
                            startedBy,
                            "libvirt does not know this guest, and a snapshot may have been loaded through its monitor"));
        }
        Observation untouched = MonitorUse.none(guest);
        if (!untouched.known()) {
            return untouched;
        }
        Observation none = Snapshots.none(host, guest.domain().get());
        return none.known()
                ? new Observation("true", evidence(startedBy, "its process began cold on this host"))
                : none;
    }

    /** The same for one whose facts were read. */
    Observation bornHere() {
        return bornHere(startedBy());
    }

    private static Set<String> keys(String... keys) {
        return new LinkedHashSet<>(List.of(keys));
    }
}
