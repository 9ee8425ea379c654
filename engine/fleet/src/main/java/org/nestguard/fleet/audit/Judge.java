package org.nestguard.fleet.audit;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.text.FlatReader;
import org.nestguard.engine.text.FlatRecord;
import org.nestguard.engine.text.Problem;
import org.nestguard.engine.waiver.Waivers;
import org.nestguard.fleet.inventory.Chunk;
import org.nestguard.fleet.inventory.FlatFile;

/**
 * The same as an {@link Audit} for whoever reads the fleet himself, in pieces, on as many machines as there are: each has a
 * judge of the same hosts and the same moment, and what they count is added up. Safe for use by many threads.
 */
public final class Judge {
    private final MigrationGuard guard;
    private final Asked asked;
    private final Instant asOf;
    private final Kinds kinds;
    private final Map<String, Host> hosts;
    private final Answers answers;
    private final GuestReader guestReader;
    private final AllGrounds grounds;
    private final @Nullable Waivers waivers;
    private final @Nullable Waiving waiving;

    /** A host and where it stands, as {@code file:line}. */
    public record Placed(FlatRecord host, String place) {}

    /**
     * A judge of the guests on these hosts.
     *
     * @param waivers to weigh refusals with; null for none
     * @param asOf the moment from which the age of facts is measured
     * @throws AuditException where a host is there twice, or a destination is not there
     */
    public Judge(MigrationGuard guard, Asked asked, @Nullable Waivers waivers, Instant asOf, List<Placed> placed) {
        this.guard = guard;
        this.asked = asked;
        this.asOf = asOf;
        this.waivers = waivers;
        waiving = waivers == null ? null : new Waiving(waivers, asked.operation(), guard.version());
        Audit audit = new Audit(
                guard, asked, List.of(), null, false, Clock.fixed(asOf, ZoneOffset.UTC), () -> false, bytes -> {});
        placed.forEach(one -> audit.add(one.host(), one.place()));
        kinds = new Kinds(guard.classes(), asOf, asked.freshness());
        Supposed supposed = audit.supposed(asked.whatIf(), asOf);
        hosts = audit.hosts(kinds, supposed);
        answers = new Answers(guard, kinds, asked, hosts.values());
        grounds = new AllGrounds(kinds, hosts.values());
        guestReader = new GuestReader(kinds, hosts, answers, supposed);
    }

    /** What of a piece of a fleet is needed before any guest can be judged. */
    public static Surveyed survey(Chunk chunk, FlatReader reader) {
        return Audit.surveyed(chunk, reader);
    }

    /**
     * The moment from which the age of facts is measured.
     *
     * @param newest the newest observation of the fleet; {@link Instant#MIN} where there is none
     * @param clock tells what lies in the future
     */
    public static Instant asOf(Asked asked, Instant newest, Clock clock) {
        return Audit.asOf(asked, newest, clock);
    }

    /**
     * Judges the guests of a piece and counts them. That none is there twice is left to the caller: two that have the same
     * identity are one.
     *
     * @param file where it stands; nobody opens it
     * @param firstLine the number of its first line in that file, from 1
     */
    public void judge(
            Chunk chunk,
            FlatReader reader,
            FlatFile file,
            long firstLine,
            Counts counts,
            BiConsumer<GuestResult, UUID> guests,
            Consumer<Problem> problems) {
        for (GuestReader.Item item : guestReader.piece(chunk, reader, file).items()) {
            if (item instanceof GuestReader.Bad bad) {
                counts.unreadable();
                problems.accept(bad.at(firstLine));
            } else if (item instanceof GuestReader.Guest guest) {
                Waiving.Effective with = Audit.effective(waiving, guest, answers, hosts.values());
                counts.guest(guest.answer(), with.verdict(), guest.staleL2());
                String place = Audit.place(guest.record(), file, firstLine + guest.line());
                guests.accept(
                        Audit.result(guest, place, with, grounds),
                        new UUID(guest.id(place).most(), guest.id(place).least()));
            }
        }
    }

    /** That a guest is there twice, of which no audit can be made. */
    public static AuditException twice(String place, @Nullable String uuid, @Nullable String name) {
        return Audit.twice(place, uuid, name);
    }

    /** Of how many different questions this judge has asked the rules. */
    public long distinct() {
        return answers.distinct();
    }

    /**
     * The numbers of the whole fleet.
     *
     * @param counts of all its pieces
     * @param distinct of all judges
     * @param waived the places of the waivers that have waived something, of all judges
     */
    public Summary summary(Counts counts, long distinct, Set<String> waived) {
        if (waivers != null) {
            waivers.usedElsewhere(waived);
        }
        long targets = hosts.values().stream().filter(Host::target).count();
        HostStates states = new HostStates(guard, kinds);
        hosts.values().forEach(states::of);
        return counts.summary(
                asked,
                asOf,
                hosts.size(),
                targets,
                states.counted(),
                states.hooks(),
                waivers == null ? List.of() : waivers.findings(),
                distinct,
                true,
                guard.version());
    }
}
