package org.nestguard.spark;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.Row;
import org.apache.spark.util.CollectionAccumulator;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.text.FlatReader;
import org.nestguard.fleet.audit.Counts;
import org.nestguard.fleet.audit.Judge;
import org.nestguard.fleet.inventory.FlatFile;

/** The rows of a part of the fleet, made piece by piece as they are asked for. After the last one the part is counted. */
final class Judged implements Iterator<Row> {
    private final int number;
    private final Iterator<Piece> pieces;
    private final Fleet fleet;
    private final CollectionAccumulator<Part> parts;
    private final Judge judge;
    private final Counts counts = new Counts();
    private final Set<String> waived = new HashSet<>();
    private final Deque<Row> rows = new ArrayDeque<>();
    private @Nullable FlatFile file;
    private @Nullable FlatReader reader;
    private boolean counted;

    /**
     * What was counted of a part.
     *
     * @param number of the part: where Spark judges one again, it counts once
     * @param machine that judged it
     * @param distinct of how many different questions that machine had asked the rules by then
     * @param waived the places of the waivers that have waived something
     */
    record Part(int number, Counts counts, String machine, long distinct, Set<String> waived) implements Serializable {}

    Judged(int number, Iterator<Piece> pieces, Fleet fleet, CollectionAccumulator<Part> parts) {
        this.number = number;
        this.pieces = pieces;
        this.fleet = fleet;
        this.parts = parts;
        judge = fleet.judge();
    }

    @Override
    public boolean hasNext() {
        while (rows.isEmpty() && pieces.hasNext()) {
            judge(pieces.next());
        }
        if (rows.isEmpty() && !counted) {
            counted = true;
            parts.add(new Part(number, counts, SparkEnv.get().executorId(), judge.distinct(), waived));
        }
        return !rows.isEmpty();
    }

    private void judge(Piece piece) {
        String name = piece.stretch().file();
        if (file == null || !file.name().equals(name)) {
            file = new FlatFile(name, Path.of(name), false);
            reader = new FlatReader(name, false);
        }
        judge.judge(
                piece.lines(),
                Objects.requireNonNull(reader),
                file,
                fleet.line(piece.stretch(), piece.firstLine()),
                counts,
                (result, identity) -> {
                    rows.add(Rows.of(result, identity));
                    result.waived().forEach(one -> waived.add(one.place()));
                },
                problem -> rows.add(Rows.of(problem)));
    }

    @Override
    public Row next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return rows.remove();
    }
}
