package org.nestguard.spark;

import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nestguard.engine.text.FlatReader;
import org.nestguard.fleet.audit.Judge;
import org.nestguard.fleet.audit.Surveyed;
import org.nestguard.fleet.inventory.Chunk;

/** What of a fleet is needed before any guest can be judged: of a part of it, or of all parts together. */
final class Found implements Serializable {
    private static final long serialVersionUID = 1L;

    private final List<HostLine> hosts = new ArrayList<>();
    private final Map<Stretch, Long> lines = new HashMap<>();
    private Instant newest = Instant.MIN;

    static Iterator<Found> in(Iterator<Piece> pieces) {
        Found found = new Found();
        FlatReader reader = new FlatReader("", false); // what cannot be read is said when the guests are judged
        pieces.forEachRemaining(piece -> found.piece(piece, reader));
        return List.of(found).iterator();
    }

    private void piece(Piece piece, FlatReader reader) {
        Surveyed surveyed = Judge.survey(piece.lines(), reader);
        newest = surveyed.newest().isAfter(newest) ? surveyed.newest() : newest;
        lines.merge(piece.stretch(), (long) surveyed.count(), Long::sum);
        if (surveyed.hosts().isEmpty()) {
            return;
        }
        Set<Integer> ofHosts = new HashSet<>(surveyed.lines());
        Chunk.Line line = piece.lines().lines();
        while (line.next()) {
            if (ofHosts.contains(line.number())) {
                byte[] bytes = Arrays.copyOfRange(piece.lines().bytes(), line.from(), line.from() + line.length());
                hosts.add(new HostLine(piece.stretch(), piece.firstLine() + line.number(), bytes));
            }
        }
    }

    Found and(Found other) {
        hosts.addAll(other.hosts);
        other.lines.forEach((stretch, count) -> lines.merge(stretch, count, Long::sum));
        newest = other.newest.isAfter(newest) ? other.newest : newest;
        return this;
    }

    List<HostLine> hosts() {
        return hosts;
    }

    /** {@link Instant#MIN} where nothing was observed. */
    Instant newest() {
        return newest;
    }

    /** The number of the first line of each stretch in its file, from 1. */
    Map<Stretch, Long> firstLines() {
        Map<String, List<Stretch>> files = new HashMap<>();
        lines.keySet()
                .forEach(stretch -> files.computeIfAbsent(stretch.file(), f -> new ArrayList<>())
                        .add(stretch));
        Map<Stretch, Long> first = new HashMap<>();
        files.values().forEach(ofOne -> {
            ofOne.sort((a, b) -> Long.compare(a.start(), b.start()));
            long line = 1;
            for (Stretch stretch : ofOne) {
                first.put(stretch, line);
                line += lines.getOrDefault(stretch, 0L);
            }
        });
        return first;
    }
}
