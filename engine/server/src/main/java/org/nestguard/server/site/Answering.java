package org.nestguard.server.site;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.known.Observation;
import org.nestguard.engine.text.Harmless;
import org.nestguard.facts.Arch;
import org.nestguard.facts.Evidence;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Question;
import org.nestguard.facts.Vendor;
import org.nestguard.server.http.ProblemKind;
import org.nestguard.server.http.Refusal;
import org.nestguard.server.http.settings.Pools;
import org.nestguard.server.registry.Found;
import org.nestguard.server.registry.GuestEntry;
import org.nestguard.server.registry.Questions;
import org.nestguard.server.registry.Registry;
import org.nestguard.server.registry.SavedState;

/**
 * Makes questions of what the registry knows. Where a guest may run on AMD's extension, on which nothing but the guard stands
 * between a live L2 and its ruin, that none was live a while ago is not enough: its host is read anew for the decision, and
 * where that cannot be done in time, it is not known.
 *
 * <p>An L2 that starts after the reading is not seen; the window is the time of the operation itself.
 */
public final class Answering {
    private static final int LONGEST_NAME = 300;
    private static final String LIVE = FactName.GUEST_L2_LIVE.key();
    private static final String MOVED = FactName.GUEST_MOVED.key();
    private static final Set<String> MAY_SVM =
            Set.of(Vendor.AMD.word(), Vendor.HYGON.word(), Vendor.OTHER.word(), Observation.UNKNOWN);
    private static final Set<String> MAY_X86 = Set.of(Arch.X86_64.word(), Observation.UNKNOWN);

    private final Registry registry;
    private final Pools pools;
    private final Readings readings;
    private final Duration bound;
    private final InstantSource clock;

    /**
     * @param pools which hosts a guest could go to
     * @param bound how long a reading that is made for a decision may take
     */
    public Answering(Registry registry, Pools pools, Readings readings, Duration bound, InstantSource clock) {
        this.registry = registry;
        this.pools = pools;
        this.readings = readings;
        this.bound = bound;
        this.clock = clock;
    }

    /** A guest. @throws Refusal where none or several are called so */
    public GuestEntry guest(String uuidOrName) {
        Found found = registry.guest(uuidOrName);
        if (found instanceof Found.One one) {
            return one.guest();
        }
        if (found instanceof Found.Several several) {
            throw new Refusal(
                    ProblemKind.AMBIGUOUS,
                    "several guests are called " + shown(uuidOrName) + "; say which by its UUID: "
                            + several.guests().stream()
                                    .map(guest ->
                                            guest.uuid() + " on " + guest.host().orElse("no host"))
                                    .collect(Collectors.joining(", ")));
        }
        throw new Refusal(
                ProblemKind.NOT_FOUND,
                "no guest is known as " + shown(uuidOrName) + "; /v1/hosts tells which hosts have told of theirs");
    }

    /** What is known of a host. @throws Refusal where nothing is */
    public Known host(String name) {
        return registry.hostFacts(name).orElseThrow(() -> unheardOf(name));
    }

    /** What is said of a host that nothing is known of. */
    static Refusal unheardOf(String host) {
        return new Refusal(
                ProblemKind.NOT_FOUND,
                "nothing is known of a host " + shown(host) + "; its agent has told nothing so far");
    }

    /** The guest as it is now: read anew for this decision where what was read before does not suffice. */
    public GuestEntry now(GuestEntry guest, Operation operation) throws InterruptedException {
        Optional<String> host = guest.host().filter(name -> guest.running() && operation != Operation.LOADVM);
        if (host.isEmpty() || !wantsReading(guest.facts(), registry.hostFacts(host.get()))) {
            return guest;
        }
        boolean made = readings.made(host.get(), bound);
        GuestEntry now = made ? guest(guest.uuid().toString()) : guest;
        if (made && now.running() && now.host().equals(host)) {
            return now;
        }
        // also where it has gone meanwhile: of where it is now no reading was made
        return now.facts().get(LIVE).known() ? now.with(now.facts().with(LIVE, unread(host.get()))) : now;
    }

    /** Whether it is worth a new reading: that an L2 lives stands, and what cannot nest has none. */
    private static boolean wantsReading(Known guest, Optional<Known> host) {
        String live = guest.get(LIVE).text();
        boolean nests = !guest.get(FactName.GUEST_NESTING.key()).text().equals("false");
        boolean idle = live.equals("0");
        boolean unknown = live.equals(Observation.UNKNOWN);
        return nests && (unknown || (idle && host.map(Answering::maySvm).orElse(true)));
    }

    private static boolean maySvm(Known host) {
        return MAY_X86.contains(host.get(FactName.SOURCE_ARCH.key()).text())
                && MAY_SVM.contains(host.get(FactName.SOURCE_VENDOR.key()).text());
    }

    /**
     * A guest that is on its way to another host, read anew where it came from. That it was not moved with a live L2 before was
     * looked at when it was let go; while two hosts report it, nobody can say that anew.
     *
     * @throws Refusal where it is not on its way any more
     */
    public GuestEntry onItsWay(GuestEntry guest, String to) throws InterruptedException {
        String from = guest.host().filter(host -> !host.equals(to)).orElseThrow(() -> arrived(guest, to));
        boolean made = readings.made(from, bound);
        GuestEntry moving = registry.moving(guest);
        if (!moving.running() || !moving.host().equals(Optional.of(from))) {
            throw arrived(guest, to);
        }
        Known facts = moving.facts();
        if (!made) {
            facts = facts.with(LIVE, unread(from));
        }
        if (moving.harm().isEmpty()) {
            facts = facts.with(
                    MOVED,
                    new Observation(
                            "false",
                            new Evidence("the decision", clock.instant(), Evidence.Witness.HOST, "it was let go")));
        }
        return moving.with(facts);
    }

    private static Refusal arrived(GuestEntry guest, String to) {
        return new Refusal(
                ProblemKind.NOT_FOUND,
                shown(guest.name()) + " does not run any more where it is to come from to " + shown(to));
    }

    private Observation unread(String host) {
        return Observation.unknown(
                "the agent of " + host,
                "no reading that was made for this decision came within " + bound.toMillis() + " ms");
    }

    /** A question about a guest that is restored on a host. */
    public Question restore(MigrationGuard guard, GuestEntry guest, Optional<SavedState> saved, Known to) {
        return new Questions(registry, guard, clock).restore(guest, saved, to);
    }

    /** A question about a guest as it is known now. */
    public Question question(MigrationGuard guard, Operation operation, GuestEntry guest, Optional<Known> to) {
        Questions questions = new Questions(registry, guard, clock);
        return switch (operation) {
            case SAVEVM -> questions.savevm(guest);
            case MIGRATE -> questions.migrate(guest, destination(operation, to));
            case LOADVM -> questions.loadvm(guest, destination(operation, to));
        };
    }

    private static Known destination(Operation operation, Optional<Known> to) {
        return to.orElseThrow(() -> new Refusal(
                ProblemKind.UNREADABLE,
                "to is missing: say on which host the guest is to be after " + operation.word()));
    }

    /** Every known host that the guest is not on. */
    List<Known> others(GuestEntry guest) {
        return registry.destinations(guest);
    }

    /** The hosts that a guest could go to: the others of the pool of the host it is on. */
    public Candidates candidates(GuestEntry guest) {
        List<Known> others = others(guest);
        if (pools.everyHostIsKnown()) {
            return new Candidates(others, List.of(), "");
        }
        if (pools.hosts().isEmpty()) {
            return new Candidates(
                    others,
                    List.of(),
                    "which hosts " + guest.name() + " could go to is not said: list them under pools in the registry's"
                            + " settings");
        }
        String host = guest.host().orElse("");
        Optional<List<String>> pool = pools.around(host);
        if (pool.isEmpty()) {
            return new Candidates(
                    others,
                    List.of(),
                    host.isEmpty()
                            ? "the host of " + guest.name() + " is not known"
                            : shown(host) + " is in no pool: list it under pools in the registry's settings");
        }
        List<Known> known =
                others.stream().filter(each -> pool.get().contains(name(each))).toList();
        Set<String> heardOf = known.stream().map(Answering::name).collect(Collectors.toSet());
        return new Candidates(
                known,
                pool.get().stream()
                        .filter(each -> !each.equals(host) && !heardOf.contains(each))
                        .toList(),
                "");
    }

    /** What a host calls itself. */
    static String name(Known host) {
        return host.get(FactName.SOURCE_NAME.key()).text();
    }

    private static String shown(String text) {
        return Harmless.text(text, LONGEST_NAME);
    }
}
