package org.nestguard.fleet.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.known.Subject;
import org.nestguard.engine.text.FlatReader;
import org.nestguard.engine.text.FlatRecord;
import org.nestguard.engine.text.Problem;
import org.nestguard.engine.text.UnreadableException;
import org.nestguard.facts.FactName;
import org.nestguard.fleet.inventory.Chunk;
import org.nestguard.fleet.inventory.FlatFile;
import org.nestguard.fleet.inventory.Identity;

/** Reads the guests of a piece of a fleet whose hosts are known, and judges them. Safe for use by many threads. */
final class GuestReader {
    private static final int L2_LIVE = FlatRecord.keys(Subject.GUEST).indexOf(FactName.GUEST_L2_LIVE.key());

    private final Map<String, Host> hosts;
    private final Supposed supposed;
    private final Kinds kinds;
    private final Answers answers;

    /** What a line comes to, with its number among the lines of its piece. */
    sealed interface Item {}

    record Bad(int line, Problem problem) implements Item {
        Problem at(long firstLine) {
            return new Problem(
                    problem.file(),
                    (int) Math.min(Integer.MAX_VALUE, firstLine + line),
                    problem.column(),
                    problem.key(),
                    problem.message());
        }
    }

    /** @param named what it is known by; null where it has neither UUID nor name */
    record Guest(
            int line,
            FlatRecord record,
            @Nullable Identity named,
            GuestKind kind,
            Host host,
            Answer answer,
            boolean staleL2)
            implements Item {
        /** What tells it from all others: where it is written, if nothing else. */
        Identity id(String place) {
            return named == null ? Identity.of(place) : named;
        }
    }

    record Piece(List<Item> items, int count) {}

    GuestReader(Kinds kinds, Map<String, Host> hosts, Answers answers, Supposed supposed) {
        this.hosts = hosts;
        this.supposed = supposed;
        this.kinds = kinds;
        this.answers = answers;
    }

    /** @param file where it stands; nobody opens it */
    Piece piece(Chunk chunk, FlatReader reader, FlatFile file) {
        List<Item> items = new ArrayList<>();
        if (chunk.tooLong()) {
            items.add(new Bad(0, reader.tooLong(0).problem()));
            return new Piece(items, 1);
        }
        Chunk.Line line = chunk.lines();
        while (line.next()) {
            try {
                FlatRecord record = reader.read(chunk.bytes(), line.from(), line.length(), line.number());
                if (record.subject() == Subject.GUEST) {
                    items.add(item(record, line.number(), file));
                }
            } catch (UnreadableException e) {
                items.add(new Bad(line.number(), e.problem()));
            }
        }
        return new Piece(items, line.count());
    }

    private Item item(FlatRecord said, int line, FlatFile file) {
        Host host = hosts.get(said.hostId());
        if (host == null) {
            return new Bad(
                    line,
                    new Problem(
                            file.name(),
                            line,
                            1,
                            "hostId",
                            "there is no host with the id " + said.hostId()
                                    + " in what was named; a guest is asked about together with its host"));
        }
        FlatRecord record = supposed.guest(said, host);
        GuestKind kind = kinds.guest(record, host.observedAt());
        return new Guest(
                line,
                record,
                Identity.of(record),
                kind,
                host,
                answers.of(kind, host),
                kinds.forgotten(record, host.observedAt(), L2_LIVE));
    }
}
