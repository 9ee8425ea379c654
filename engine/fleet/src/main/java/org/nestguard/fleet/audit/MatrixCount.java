package org.nestguard.fleet.audit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.nestguard.engine.decision.Ruling;
import org.nestguard.findings.Verdict;

/** Counts the guests for a {@link Matrix} kind by kind, and makes it of what has been answered. For one thread. */
final class MatrixCount {
    // The bounds keep a made-up fleet from filling the memory.
    private static final int MOST_KINDS = 200_000;
    private static final int MOST_RULINGS = 20_000;

    private final HostGroups groups;
    private final boolean goesSomewhere;
    private final List<Map<Kind, long[]>> guests = new ArrayList<>();
    private final Map<HostKind, long[]> targets = new HashMap<>();
    private final List<Integer> columns = new ArrayList<>();
    private int kinds;
    private long leftOut;

    /** Guests of one kind on hosts of one kind. */
    private record Kind(GuestKind guest, HostKind source) {}

    /** @param goesSomewhere whether the question has destinations */
    MatrixCount(Collection<Host> hosts, boolean goesSomewhere) {
        groups = HostGroups.of(hosts);
        this.goesSomewhere = goesSomewhere;
        for (int i = 0; i < groups.all().size(); i++) {
            guests.add(new HashMap<>());
            if (groups.all().get(i).targets() > 0) {
                columns.add(i);
            }
        }
        hosts.stream().filter(Host::target).forEach(host -> {
            long[] byColumn = targets.computeIfAbsent(host.kind(), kind -> new long[columns.size()]);
            byColumn[columns.indexOf(groups.of(host))]++;
        });
    }

    void add(GuestKind guest, Host host) {
        Map<Kind, long[]> row = guests.get(groups.of(host));
        Kind kind = new Kind(guest, host.kind());
        long[] count = row.get(kind);
        if (count == null) {
            if (kinds == MOST_KINDS) {
                leftOut++;
                return;
            }
            kinds++;
            count = new long[2];
            row.put(kind, count);
        }
        count[0]++;
        count[1] += host.target() ? 1 : 0;
    }

    /** Each row is counted for itself, so that several processors help. */
    Matrix matrix(Answers answers) {
        List<Integer> rows = IntStream.range(0, guests.size())
                .filter(row -> !guests.get(row).isEmpty())
                .boxed()
                .toList();
        List<List<Matrix.Cell>> cells =
                rows.parallelStream().map(row -> row(row, answers)).toList();
        return new Matrix(
                groups.by(),
                rows.stream().map(groups.all()::get).toList(),
                goesSomewhere ? columns.stream().map(groups.all()::get).toList() : List.of(),
                cells,
                leftOut);
    }

    private List<Matrix.Cell> row(int row, Answers answers) {
        List<Cell> cells = new ArrayList<>();
        for (int i = 0; i < (goesSomewhere ? columns.size() : 1); i++) {
            cells.add(new Cell());
        }
        int own = columns.indexOf(row);
        IdentityHashMap<Ruling, long[]> pairs = new IdentityHashMap<>(); // the same ruling is mostly the same object
        guests.get(row).forEach((kind, count) -> {
            answers.each(kind.guest(), kind.source(), (destination, ruling) -> {
                long[] byColumn = pairs.computeIfAbsent(ruling, r -> new long[cells.size()]);
                if (destination == null) {
                    byColumn[0] += count[0];
                    return;
                }
                long[] hosts = Objects.requireNonNull(targets.get(destination));
                for (int i = 0; i < hosts.length; i++) {
                    byColumn[i] += count[0] * hosts[i];
                }
                if (destination.equals(kind.source()) && count[1] > 0) {
                    byColumn[own] -= count[1]; // nobody is migrated to where he is
                }
            });
            if (pairs.size() > MOST_RULINGS) {
                count(pairs, cells);
            }
        });
        count(pairs, cells);
        return cells.stream().map(Cell::counted).toList();
    }

    private static void count(IdentityHashMap<Ruling, long[]> pairs, List<Cell> cells) {
        pairs.forEach((ruling, byColumn) -> {
            for (int i = 0; i < byColumn.length; i++) {
                if (byColumn[i] != 0) {
                    cells.get(i).add(ruling, byColumn[i]);
                }
            }
        });
        pairs.clear();
    }

    /** A cell that is being counted. */
    private static final class Cell {
        private final Map<Verdict, Long> pairs = new EnumMap<>(Verdict.class);
        private final Map<String, Long> against = new HashMap<>();
        private final Map<String, Long> needs = new HashMap<>();

        void add(Ruling ruling, long count) {
            pairs.merge(ruling.verdict(), count, Long::sum);
            Answer.against(ruling).forEach(rule -> against.merge(rule, count, Long::sum));
            ruling.needs().forEach(need -> needs.merge(need.path(), count, Long::sum));
        }

        Matrix.Cell counted() {
            return new Matrix.Cell(Map.copyOf(pairs), counts(against), counts(needs));
        }

        private static List<Matrix.Count> counts(Map<String, Long> counts) {
            return counts.entrySet().stream()
                    .map(count -> new Matrix.Count(count.getKey(), count.getValue()))
                    .sorted(Comparator.comparing((Matrix.Count c) -> -c.pairs()).thenComparing(Matrix.Count::what))
                    .toList();
        }
    }
}
