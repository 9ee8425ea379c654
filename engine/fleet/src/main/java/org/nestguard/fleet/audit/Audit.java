package org.nestguard.fleet.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.known.Observation;
import org.nestguard.engine.known.Subject;
import org.nestguard.engine.text.FlatReader;
import org.nestguard.engine.text.FlatRecord;
import org.nestguard.engine.text.Problem;
import org.nestguard.engine.text.UnreadableException;
import org.nestguard.engine.waiver.WaiverFinding;
import org.nestguard.engine.waiver.Waivers;
import org.nestguard.facts.FactName;
import org.nestguard.fleet.inventory.BytesRead;
import org.nestguard.fleet.inventory.Chunk;
import org.nestguard.fleet.inventory.FlatFile;
import org.nestguard.fleet.inventory.Inventory;
import org.nestguard.fleet.inventory.Lines;
import org.nestguard.fleet.merge.Contradiction;
import org.nestguard.fleet.merge.Merging;

/**
 * Asks the same question of every guest of a fleet. The files are read twice: first for the hosts and for the moment from
 * which the age of facts is measured, then for the guests. Of the guests nothing is kept but their ids, so that a fleet of any
 * size takes the same heap.
 */
public final class Audit {
    private static final int UUID = key(Subject.GUEST, FactName.GUEST_UUID.key());
    private static final int GUEST_NAME = key(Subject.GUEST, FactName.GUEST_NAME.key());

    private final MigrationGuard guard;
    private final Asked asked;
    private final List<Report> reports;
    private final @Nullable Waivers waivers;
    private final @Nullable Waiving waiving;
    private final boolean strict;
    private final Clock clock;
    private final BooleanSupplier stopped;
    private final BytesRead read;
    private @Nullable Follower follower;
    private @Nullable Planner planner;

    private final Map<String, FlatRecord> records = new LinkedHashMap<>();
    private final HostNames names = new HostNames(records);
    private final Map<String, String> places = new LinkedHashMap<>();
    private final Counts counts = new Counts();
    private @Nullable AllGrounds grounds;
    private @Nullable MatrixCount pairs;

    /**
     * An audit, to be run once.
     *
     * @param waivers to weigh refusals with; null for none
     * @param strict whether the first record that cannot be read ends it
     * @param clock tells what lies in the future
     * @param stopped whether somebody wants no more of it; asked often
     * @param read is told of every byte that is read, of each file twice
     */
    public Audit(
            MigrationGuard guard,
            Asked asked,
            List<Report> reports,
            @Nullable Waivers waivers,
            boolean strict,
            Clock clock,
            BooleanSupplier stopped,
            BytesRead read) {
        this.guard = guard;
        this.asked = asked;
        this.reports = List.copyOf(reports);
        this.waivers = waivers;
        waiving = waivers == null ? null : new Waiving(waivers, asked.operation(), guard.version());
        this.strict = strict;
        this.clock = clock;
        this.stopped = stopped;
        this.read = read;
    }

    private static int key(Subject subject, String key) {
        return FlatRecord.keys(subject).indexOf(key);
    }

    /** Makes a plan too of what would free most guests; that takes longer than the audit. */
    public Audit planning() {
        planner = new Planner(guard, asked, stopped);
        return followedBy(planner);
    }

    Audit followedBy(Follower follower) {
        this.follower = follower;
        return this;
    }

    /**
     * Runs it and tells the reports.
     *
     * @throws AuditException where it cannot go on: a guest or host is there twice, a destination is not there, or with
     *     strict anything cannot be read
     * @throws IOException where a file cannot be read or a report not be written
     */
    public Summary run(Inventory inventory) throws IOException {
        for (Problem problem : inventory.problems()) {
            tell(problem);
        }
        return run(inventory.files(), read);
    }

    /**
     * The same of a fleet in which hosts and guests may stand several times, as they were observed at several moments or by
     * several people: first all that is said of each is made one. What contradicts itself is told, and counts as unknown.
     *
     * @throws IOException also where there is no room for the copy that is made of it
     */
    public Summary runMerged(Inventory inventory) throws IOException {
        for (Problem problem : inventory.problems()) {
            tell(problem);
        }
        Path copy = Files.createTempFile("nestguard-merged-", ".ndjson");
        copy.toFile().deleteOnExit(); // where the process is told to end twice
        try {
            boolean whole = Merging.merge(inventory.files(), copy, new Told(), read, stopped);
            FlatFile merged = new FlatFile("the merged fleet", copy, true);
            double share = merged.size() == 0 ? 0 : (double) inventory.size() / merged.size();
            // half of a fleet may lack just the observation that counts
            return run(whole ? List.of(merged) : List.of(), new Scaled(read, share));
        } finally {
            Files.deleteIfExists(copy);
        }
    }

    /** Counts what is said while a fleet is merged. */
    private final class Told implements Merging.Told {
        @Override
        public void unreadable(Problem problem) throws IOException {
            tell(problem);
        }

        @Override
        public void contradiction(Contradiction contradiction) throws IOException {
            counts.contradiction(contradiction.fact());
            for (Report report : reports) {
                report.contradiction(contradiction);
            }
        }
    }

    /** Tells of a copy as if it were the file that it was made of. */
    private static final class Scaled implements BytesRead {
        private final BytesRead told;
        private final double share;
        private double rest;

        Scaled(BytesRead told, double share) {
            this.told = told;
            this.share = share;
        }

        @Override
        public void more(long bytes) {
            rest += bytes * share;
            told.more((long) rest);
            rest -= (long) rest;
        }
    }

    private Summary run(List<FlatFile> files, BytesRead read) throws IOException {
        try (Lines lines = new Lines()) {
            Instant asOf = survey(files, lines, read);
            Kinds kinds = new Kinds(guard.classes(), asOf, asked.freshness());
            // where it is interrupted this early nobody knows whether a destination is there
            boolean known = !stopped.getAsBoolean();
            Supposed supposed = supposed(known ? asked.whatIf() : List.of(), asOf);
            Map<String, Host> hosts = known ? hosts(kinds, supposed) : Map.of();
            HostStates states = new HostStates(guard, kinds);
            for (Host host : hosts.values()) {
                HostResult result = states.of(host);
                for (Report report : reports) {
                    report.host(result);
                }
            }
            Answers answers = new Answers(guard, kinds, asked, hosts.values());
            grounds = new AllGrounds(kinds, hosts.values());
            if (follower != null) {
                follower.begin(kinds, hosts, answers, new Ageing(asOf, asked.freshness()));
            }
            if (reports.stream().anyMatch(Report::ofPairs)) {
                pairs = new MatrixCount(hosts.values(), asked.to() != null);
            }
            ask(files, lines, new GuestReader(kinds, hosts, answers, supposed), hosts, answers, read);
            boolean whole = !stopped.getAsBoolean();
            if (whole) {
                supposed.complete();
            }
            long targets = hosts.values().stream().filter(Host::target).count();
            Summary summary = counts.summary(
                    asked,
                    asOf,
                    records.size(),
                    targets,
                    states.counted(),
                    states.hooks(),
                    ofWaivers(whole),
                    answers.distinct(),
                    whole,
                    guard.version());
            if (pairs != null && whole) {
                Matrix matrix = pairs.matrix(answers);
                for (Report report : reports) {
                    report.matrix(matrix);
                }
            }
            if (planner != null) {
                summary = summary.with(planner.plan());
            }
            for (Report report : reports) {
                report.end(summary);
            }
            return summary;
        }
    }

    /** Of what was not asked to the end nobody knows that a waiver was not needed. */
    private List<WaiverFinding> ofWaivers(boolean whole) {
        return waivers == null
                ? List.of()
                : waivers.findings().stream()
                        .filter(finding -> whole || finding.kind() != WaiverFinding.Kind.UNUSED)
                        .toList();
    }

    private void tell(Problem problem) throws IOException {
        counts.unreadable();
        if (strict) {
            throw new AuditException(problem.inOneLine());
        }
        for (Report report : reports) {
            report.problem(problem);
        }
    }

    // ---- the hosts, and the moment

    private Instant survey(List<FlatFile> files, Lines lines, BytesRead read) throws IOException {
        Instant[] newest = {Instant.MIN};
        for (FlatFile file : files) {
            Problem brokenOff = lines.read(
                    file,
                    Audit::surveyed,
                    (piece, firstLine) -> {
                        for (int i = 0; i < piece.hosts().size(); i++) {
                            FlatRecord host = piece.hosts().get(i);
                            add(
                                    host,
                                    place(host, file, firstLine + piece.lines().get(i)));
                        }
                        newest[0] = piece.newest().isAfter(newest[0]) ? piece.newest() : newest[0];
                        return piece.count();
                    },
                    read,
                    stopped);
            if (brokenOff != null) {
                tell(brokenOff);
            }
        }
        return asOf(asked, newest[0], clock);
    }

    /** @param newest the newest observation of the fleet; {@link Instant#MIN} where there is none */
    static Instant asOf(Asked asked, Instant newest, Clock clock) {
        if (asked.asOf() != null) {
            return asked.asOf();
        }
        Instant now = clock.instant();
        return newest.equals(Instant.MIN) || newest.isAfter(now) ? now : newest;
    }

    static Surveyed surveyed(Chunk chunk, FlatReader reader) {
        List<FlatRecord> hosts = new ArrayList<>();
        List<Integer> lines = new ArrayList<>();
        Instant newest = Instant.MIN;
        if (chunk.tooLong()) {
            return new Surveyed(hosts, lines, newest, 1);
        }
        Chunk.Line line = chunk.lines();
        while (line.next()) {
            Instant at = reader.newest(chunk.bytes(), line.from(), line.length());
            if (at == null) {
                try {
                    FlatRecord record = reader.read(chunk.bytes(), line.from(), line.length(), line.number());
                    at = newest(record);
                    if (record.subject() == Subject.HOST) {
                        hosts.add(record);
                        lines.add(line.number());
                    }
                } catch (UnreadableException e) {
                    continue; // said when the guests are read
                }
            }
            newest = at.isAfter(newest) ? at : newest;
        }
        return new Surveyed(hosts, lines, newest, line.count());
    }

    private static Instant newest(FlatRecord record) {
        Instant at = Objects.requireNonNullElse(record.observedAt(), Instant.MIN);
        return record.hasEvidence() ? record.known(at).newest() : at;
    }

    void add(FlatRecord host, String place) {
        String before = places.putIfAbsent(host.hostId(), place);
        if (before != null) {
            throw new AuditException(place + ": the host " + host.hostId() + " stands at " + before
                    + " already; leave one of the two observations out, or make them one with nestguard audit --merge");
        }
        records.put(host.hostId(), host);
    }

    static String place(FlatRecord record, FlatFile file, long line) {
        return record.from() == null ? file.name() + ":" + line : record.from();
    }

    Supposed supposed(List<WhatIf> whatIf, Instant asOf) {
        return new Supposed(whatIf, new Ageing(asOf, asked.freshness()), records, names);
    }

    Map<String, Host> hosts(Kinds kinds, Supposed supposed) {
        To to = asked.to();
        String one = to != null && to.kind() == To.Kind.HOST ? names.theOne(String.valueOf(to.name())) : "";
        Map<String, Host> hosts = new LinkedHashMap<>();
        records.forEach((id, said) -> {
            noOthersName(id, Host.name(said));
            FlatRecord record = supposed.host(said);
            boolean target = to != null
                    && switch (to.kind()) {
                        case HOST -> id.equals(one);
                        case POOL -> String.valueOf(to.name()).equals(record.pool());
                        case ANY, ALL -> true;
                    };
            hosts.put(id, new Host(record, String.valueOf(places.get(id)), kinds.host(record), target));
        });
        if (to != null && to.kind() == To.Kind.POOL && hosts.values().stream().noneMatch(Host::target)) {
            throw names.noPool(String.valueOf(to.name()));
        }
        return hosts;
    }

    /** Who is known by his name alone in one place may be known by his id in another; then his guests could go to himself. */
    private void noOthersName(String id, String name) {
        if (!name.equals(id) && records.containsKey(name)) {
            throw new AuditException(places.get(id) + ": the host " + id + " is called " + name
                    + ", and that is the id of the host at " + places.get(name)
                    + "; where they are one give both the same id, or leave one of them out");
        }
    }

    // ---- the guests

    private void ask(
            List<FlatFile> files,
            Lines lines,
            GuestReader guests,
            Map<String, Host> hosts,
            Answers answers,
            BytesRead read)
            throws IOException {
        GuestIds seen = new GuestIds();
        for (FlatFile file : files) {
            lines.read(
                    file,
                    (chunk, reader) -> guests.piece(chunk, reader, file),
                    (piece, firstLine) -> {
                        for (GuestReader.Item item : piece.items()) {
                            take(item, file, firstLine, seen, answers, hosts.values());
                        }
                        return piece.count();
                    },
                    read,
                    stopped);
        }
    }

    private static @Nullable String known(FlatRecord record, int key) {
        String text = record.text(key);
        return Observation.UNKNOWN.equals(text) ? null : text;
    }

    private void take(
            GuestReader.Item item,
            FlatFile file,
            long firstLine,
            GuestIds seen,
            Answers answers,
            Collection<Host> hosts)
            throws IOException {
        if (item instanceof GuestReader.Bad bad) {
            tell(bad.at(firstLine));
        } else if (item instanceof GuestReader.Guest guest) {
            String place = place(guest.record(), file, firstLine + guest.line());
            if (!seen.add(guest.id(place))) {
                throw twice(place, known(guest.record(), UUID), known(guest.record(), GUEST_NAME));
            }
            Waiving.Effective with = effective(waiving, guest, answers, hosts);
            if (follower != null) {
                follower.guest(guest.record(), guest.kind(), guest.host(), guest.answer(), with.verdict(), place);
            }
            take(guest, place, with);
        }
    }

    static AuditException twice(String place, @Nullable String uuid, @Nullable String name) {
        return new AuditException(place + ": the guest " + (uuid != null ? uuid : name)
                + " is there a second time (one that is migrating stands on both hosts); leave one of its"
                + " observations out, or make them one with nestguard audit --merge");
    }

    static Waiving.Effective effective(
            @Nullable Waiving waiving, GuestReader.Guest guest, Answers answers, Collection<Host> hosts) {
        return waiving == null
                ? new Waiving.Effective(guest.answer().verdict(), List.of())
                : waiving.weigh(
                        known(guest.record(), GUEST_NAME),
                        known(guest.record(), UUID),
                        guest.host(),
                        guest.kind(),
                        guest.answer(),
                        answers,
                        hosts);
    }

    private void take(GuestReader.Guest guest, String place, Waiving.Effective with) throws IOException {
        counts.guest(guest.answer(), with.verdict(), guest.staleL2());
        if (pairs != null) {
            pairs.add(guest.kind(), guest.host());
        }
        GuestResult result = null;
        for (Report report : reports) {
            if (report.ofGuests()) {
                if (result == null) {
                    result = result(guest, place, with, Objects.requireNonNull(grounds));
                }
                report.guest(result);
            }
        }
    }

    static GuestResult result(GuestReader.Guest guest, String place, Waiving.Effective with, AllGrounds grounds) {
        FlatRecord record = guest.record();
        return new GuestResult(
                place,
                guest.id(place),
                known(record, GUEST_NAME),
                known(record, UUID),
                guest.host().id(),
                guest.host().name(),
                guest.host().pool(),
                guest.answer(),
                with.verdict(),
                with.waived(),
                guest.staleL2(),
                grounds.of(record, guest.host()));
    }
}
