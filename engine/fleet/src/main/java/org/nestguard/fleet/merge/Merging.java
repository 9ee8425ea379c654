package org.nestguard.fleet.merge;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.known.Subject;
import org.nestguard.engine.text.FlatReader;
import org.nestguard.engine.text.FlatRecord;
import org.nestguard.engine.text.FlatWriter;
import org.nestguard.engine.text.Problem;
import org.nestguard.engine.text.UnreadableException;
import org.nestguard.facts.FactName;
import org.nestguard.fleet.inventory.BytesRead;
import org.nestguard.fleet.inventory.Chunk;
import org.nestguard.fleet.inventory.FlatFile;
import org.nestguard.fleet.inventory.Identity;
import org.nestguard.fleet.inventory.Lines;

/**
 * Makes one file of a fleet in which each host and each guest stands once, of files in which they stand any number of times.
 * It sorts on disk: the heap does not grow with the number of guests.
 */
public final class Merging {
    /** More observations of one host or guest than that are no fleet. */
    static final int MOST_SIGHTINGS = 10_000;

    private static final int SHARE_OF_HEAP = 10;
    /** A host that is not there: the audit says so of its guests. */
    private static final Observed NEVER = new Observed(Instant.EPOCH, Instant.EPOCH);

    private static final int UUID = FlatRecord.keys(Subject.GUEST).indexOf(FactName.GUEST_UUID.key());
    private static final int NAME = FlatRecord.keys(Subject.GUEST).indexOf(FactName.GUEST_NAME.key());

    private final List<FlatFile> files;
    private final Told told;
    private final long room;
    private final List<FlatReader> readers;
    private final Map<String, Observed> observed = new HashMap<>();

    /** When a host was seen: a guest that does not say when it was seen itself was seen together with it. */
    private record Observed(Instant first, Instant last) {
        boolean once() {
            return first.equals(last);
        }
    }

    /** The file that is written, by what is passed on and by what is made. */
    private record Merged(OutputStream out, FlatWriter writer) {}

    /** Hears what is met. */
    public interface Told {
        /** A record cannot be read, and is left out. */
        void unreadable(Problem problem) throws IOException;

        /** Two observations cannot both be true. */
        void contradiction(Contradiction contradiction) throws IOException;
    }

    private Merging(List<FlatFile> files, Told told, long room) {
        this.files = files;
        this.told = told;
        this.room = room;
        readers = files.stream()
                .map(file -> new FlatReader(file.name(), file.copy()))
                .toList();
    }

    /**
     * Writes the merged fleet, as a copy whose lines say where they come from.
     *
     * @param to the file that is written; when this is stopped half of a fleet could be in it
     * @param read is told of each byte of the files, once
     * @param stopped whether somebody wants no more of it
     * @return whether it is whole
     */
    public static boolean merge(List<FlatFile> files, Path to, Told told, BytesRead read, BooleanSupplier stopped)
            throws IOException {
        return merge(files, to, told, read, stopped, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
    }

    static boolean merge(List<FlatFile> files, Path to, Told told, BytesRead read, BooleanSupplier stopped, long room)
            throws IOException {
        try (Filing filing = new Filing(room);
                Lines lines = new Lines()) {
            Merging merging = new Merging(files, told, room);
            for (int i = 0; i < files.size(); i++) {
                merging.file(i, lines, filing, read, stopped);
            }
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(to), 1 << 16);
                    FlatWriter writer = new FlatWriter(out)) {
                merging.write(filing, new Merged(out, writer), stopped);
            }
            return !stopped.getAsBoolean();
        }
    }

    // ---- there

    /** The lines of a piece of a file, and what of them cannot be read. */
    private record Piece(List<Read> read, List<Problem> problems, int count) {}

    /** @param id null where nothing tells it from others */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Read(boolean guest, @Nullable Identity id, boolean timed, int line, byte[] bytes) {}

    private void file(int number, Lines lines, Filing filing, BytesRead read, BooleanSupplier stopped)
            throws IOException {
        Problem brokenOff = lines.read(
                files.get(number),
                Merging::piece,
                (piece, firstLine) -> {
                    for (Read r : piece.read()) {
                        long line = firstLine + r.line();
                        // what nobody names is no other that nobody names
                        Identity id = r.id() != null ? r.id() : Identity.of(number + ":" + line);
                        filing.add(new Filed(r.guest(), id, r.timed(), number, line, r.bytes()));
                    }
                    for (Problem p : piece.problems()) {
                        int line = (int) Math.min(Integer.MAX_VALUE, firstLine + p.line());
                        told.unreadable(new Problem(p.file(), line, p.column(), p.key(), p.message()));
                    }
                    return piece.count();
                },
                read,
                stopped);
        if (brokenOff != null) {
            told.unreadable(brokenOff);
        }
    }

    private static Piece piece(Chunk chunk, FlatReader reader) {
        List<Read> read = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        if (chunk.tooLong()) {
            problems.add(reader.tooLong(0).problem());
            return new Piece(read, problems, 1);
        }
        Chunk.Line line = chunk.lines();
        while (line.next()) {
            try {
                FlatRecord record = reader.read(chunk.bytes(), line.from(), line.length(), line.number());
                boolean guest = record.subject() == Subject.GUEST;
                read.add(new Read(
                        guest,
                        guest ? Identity.of(record) : Identity.of(record.hostId()),
                        record.observedAt() != null,
                        line.number(),
                        Arrays.copyOfRange(chunk.bytes(), line.from(), line.from() + line.length())));
            } catch (UnreadableException e) {
                problems.add(e.problem());
            }
        }
        return new Piece(read, problems, line.count());
    }

    // ---- and back

    private void write(Filing filing, Merged out, BooleanSupplier stopped) throws IOException {
        Filed next = filing.next();
        while (next != null && !stopped.getAsBoolean()) {
            List<Filed> same = new ArrayList<>();
            Filed first = next;
            long size = 0;
            int count = 0;
            for (; next != null && next.ofTheSame(first); next = filing.next()) {
                count++;
                size += next.size();
                if (count <= MOST_SIGHTINGS && size <= room) {
                    same.add(next);
                }
            }
            if (same.size() < count) {
                tooMany(first, count);
            } else if (first.guest()) {
                guest(same, out);
            } else {
                hosts(same, out);
            }
        }
    }

    private FlatRecord record(Filed filed) {
        try {
            return readers.get(filed.file()).read(filed.bytes(), 0, filed.bytes().length, filed.line());
        } catch (UnreadableException e) {
            throw new IllegalStateException("what was read before cannot be read again", e);
        }
    }

    private String place(Filed filed, FlatRecord record) {
        return Objects.requireNonNullElse(record.from(), files.get(filed.file()).name() + ":" + filed.line());
    }

    private void tooMany(Filed first, int count) throws IOException {
        FlatRecord record = record(first);
        leftOut(
                first,
                record.subject() == Subject.HOST
                        ? "the host " + record.hostId()
                        : "the guest " + Objects.requireNonNullElse(record.text(UUID), record.text(NAME)),
                "stands there " + count + " times, which is more than can be merged (" + MOST_SIGHTINGS
                        + ", or a tenth of the heap); leave old observations out");
    }

    private void leftOut(Filed filed, String who, String why) throws IOException {
        String file = files.get(filed.file()).name();
        told.unreadable(new Problem(file, (int) Math.min(Integer.MAX_VALUE, filed.line()), 0, null, who + " " + why));
    }

    private void hosts(List<Filed> same, Merged out) throws IOException {
        // ids are written exactly, but filed in small letters
        Map<String, List<Filed>> exactly = new LinkedHashMap<>();
        for (Filed filed : same) {
            exactly.computeIfAbsent(record(filed).hostId(), id -> new ArrayList<>())
                    .add(filed);
        }
        for (List<Filed> one : exactly.values()) {
            host(one, out);
        }
    }

    private void host(List<Filed> same, Merged out) throws IOException {
        List<Sighting> sightings = new ArrayList<>();
        Instant first = Instant.MAX;
        Instant last = Instant.MIN;
        for (Filed filed : same) {
            FlatRecord record = record(filed);
            Instant at = Objects.requireNonNull(record.observedAt()); // a host that does not say so is not read
            first = at.isBefore(first) ? at : first;
            last = at.isAfter(last) ? at : last;
            sightings.add(Sighting.of(record, at, false, place(filed, record)));
        }
        observed.put(sightings.get(0).hostId(), new Observed(first, last));
        if (same.size() == 1) {
            passOn(same.get(0), null, out);
            return;
        }
        Together host = Together.host(sightings);
        out.writer().host(host.known(), host.hostId(), host.pool(), host.place());
        out.writer().flush();
        tell(host);
    }

    private void guest(List<Filed> same, Merged out) throws IOException {
        if (same.size() == 1) {
            Filed one = same.get(0);
            Observed host = one.timed() ? null : observed.get(record(one).hostId());
            passOn(one, host == null || host.once() ? null : host.first(), out);
            return;
        }
        List<Sighting> sightings = new ArrayList<>();
        for (Filed filed : same) {
            FlatRecord record = record(filed);
            Observed host = observed.getOrDefault(record.hostId(), NEVER);
            boolean anyTime = !filed.timed() && !host.once();
            sightings.add(Sighting.of(record, host.first(), anyTime, place(filed, record)));
        }
        Together guest = Together.guest(sightings);
        out.writer().guest(guest.known(), guest.hostId(), guest.place());
        out.writer().flush();
        tell(guest);
    }

    private void tell(Together merged) throws IOException {
        for (Contradiction contradiction : merged.contradictions()) {
            told.contradiction(contradiction);
        }
    }

    /** Writes a line as it stands, with its place, and where it is given with its time. */
    private void passOn(Filed filed, @Nullable Instant at, Merged merged) throws IOException {
        OutputStream out = merged.out();
        byte[] bytes = filed.bytes();
        int end = bytes.length;
        while (bytes[end - 1] != '}') {
            end--;
        }
        out.write(bytes, 0, end - 1);
        if (at != null) {
            out.write((",\"observedAt\":\"" + at + "\"").getBytes(StandardCharsets.UTF_8));
        }
        FlatFile file = files.get(filed.file());
        if (!file.copy()) {
            out.write(",\"from\":\"".getBytes(StandardCharsets.UTF_8));
            out.write(JsonStringEncoder.getInstance().quoteAsUTF8(file.name() + ":" + filed.line()));
            out.write('"');
        }
        out.write('}');
        out.write('\n');
    }
}
