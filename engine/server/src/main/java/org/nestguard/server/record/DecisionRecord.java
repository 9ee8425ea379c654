package org.nestguard.server.record;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.nestguard.server.record.RecordException.Reason;
import org.nestguard.store.Durability;
import org.nestguard.store.Place;
import org.nestguard.store.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was decided, each decision chained to the one before by a MAC whose key is not in the database. Safe for use by many
 * threads.
 *
 * <p>One thread writes: all decisions that wait for it go into one transaction, and their callers hear of it once that is
 * committed and the head is noted, in a file beside the key and in the log. A decision that was acknowledged is there after
 * this process was killed at any moment.
 *
 * <p>Where the newest decisions are gone when a record is opened (somebody cut them off, an old copy of the database was
 * brought back, or the power went with {@link Durability#NORMAL}), it goes on with the number and the MAC of the head: the gap
 * stays, and is found for ever. Who may write to the database and read the key can forge anything; only the log tells then.
 */
public final class DecisionRecord implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DecisionRecord.class);
    /** How many are removed in one transaction, so that decisions need not wait for long. */
    private static final int REMOVED_AT_ONCE = 5_000;

    private final Store store;
    private final ChainKey key;
    private final HeadFile headFile;
    private final Head known;
    private final InstantSource clock;
    private final Limits limits;
    private final BlockingQueue<Pending> queue;
    private final Thread writer;
    private volatile boolean closed;

    /**
     * How much may wait.
     *
     * @param waiting how many decisions at most
     * @param together how many go into one transaction at most
     * @param patience how long a caller waits for its own to be durable
     */
    public record Limits(int waiting, int together, Duration patience) {
        /** A thousand, two hundred and fifty, ten seconds. */
        public static final Limits USUAL = new Limits(1_000, 250, Duration.ofSeconds(10));
    }

    private record Pending(Instant at, Entry entry, CompletableFuture<Recorded> done) {}

    private DecisionRecord(
            Store store, ChainKey key, HeadFile headFile, Head known, InstantSource clock, Limits limits) {
        this.store = store;
        this.key = key;
        this.headFile = headFile;
        this.known = known;
        this.clock = clock;
        this.limits = limits;
        queue = new ArrayBlockingQueue<>(limits.waiting());
        writer = new Thread(this::write, "nestguard-record");
        writer.setDaemon(true);
    }

    /**
     * Opens the record of a store.
     *
     * @param keyFile outside of the database, in a folder that nobody else may write to; made where it is not there and
     *     nothing was ever recorded
     * @throws RecordException where the key is not there though it should be, or is another
     * @throws org.nestguard.store.StoreException where others may read it, or the database fails
     */
    public static DecisionRecord open(Store store, Path keyFile, InstantSource clock, Limits limits) {
        boolean outlivesPower = store.place() instanceof Place.InFile in ? in.durability() == Durability.FULL : true;
        HeadFile headFile = new HeadFile(keyFile, outlivesPower);
        ChainKey key = store.write(handle -> {
            Rows rows = new Rows(handle);
            return key(rows, keyFile);
        });
        Head head = headFile.read().orElse(Head.NONE);
        Head newest = store.read(handle -> new Rows(handle).newest());
        if (head.seq() > newest.seq()) {
            LOG.error(
                    "decisions {} to {} were recorded and are not in the database: cut off, or an old copy of it; the record goes on after the gap",
                    newest.seq() + 1,
                    head.seq());
        } else if (head.seq() == 0 && newest.seq() > 0) {
            LOG.error(
                    "there is no head beside the key {}: whether decisions after {} were cut off is not known",
                    keyFile,
                    newest);
        }
        DecisionRecord record = new DecisionRecord(store, key, headFile, head, clock, limits);
        record.writer.start();
        return record;
    }

    private static ChainKey key(Rows rows, Path keyFile) {
        Optional<String> proof = rows.proof();
        if (proof.isEmpty() && rows.newest().seq() == 0) {
            ChainKey.make(keyFile);
        }
        ChainKey key = ChainKey.read(keyFile);
        if (proof.isEmpty() && rows.newest().seq() == 0) {
            rows.proof(key.proof());
        } else if (proof.filter(text -> ChainKey.equal(text, key.proof())).isEmpty()) {
            throw new RecordException(
                    Reason.KEY,
                    "the key " + keyFile
                            + " is not the one that the decisions in this database were recorded with: bring"
                            + " that one back, or use another database",
                    null);
        }
        return key;
    }

    /**
     * Records a decision, and comes back when it is durable.
     *
     * @throws RecordException where it is not; a decision to allow something is not to be given then
     */
    public Recorded record(Entry entry) {
        return begin(entry).await();
    }

    /**
     * Begins to record a decision.
     *
     * @throws RecordException where no more are taken
     */
    public Waiting begin(Entry entry) {
        Pending pending = new Pending(clock.instant(), entry, new CompletableFuture<>());
        if (closed) {
            throw closed();
        }
        if (!queue.offer(pending)) {
            throw new RecordException(
                    Reason.FULL, limits.waiting() + " decisions wait to be recorded: no more are taken", null);
        }
        if (closed && queue.remove(pending)) {
            throw closed(); // the writer may have ended before it saw this one
        }
        return new Waiting(pending.done());
    }

    /** A decision on its way into the record. */
    public final class Waiting {
        private final CompletableFuture<Recorded> done;

        private Waiting(CompletableFuture<Recorded> done) {
            this.done = done;
        }

        /** Comes back when it is durable. @throws RecordException where it is not */
        public Recorded await() {
            try {
                return done.get(limits.patience().toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException e) {
                throw new RecordException(
                        Reason.FAILED, "the decision could not be recorded: " + String.valueOf(e.getCause()), e);
            } catch (TimeoutException e) {
                throw new RecordException(
                        Reason.LATE,
                        "the decision was not recorded within "
                                + limits.patience().toSeconds() + " s",
                        e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new RecordException(Reason.LATE, "interrupted before the decision was recorded", e);
            }
        }
    }

    private static RecordException closed() {
        return new RecordException(Reason.CLOSED, "the record is closed", null);
    }

    /** How many decisions wait to be recorded. */
    public int waiting() {
        return queue.size();
    }

    // ---- the one thread that writes

    private void write() {
        List<Pending> batch = new ArrayList<>();
        while (!closed || !queue.isEmpty()) {
            batch.clear();
            try {
                Pending first = queue.poll(100, TimeUnit.MILLISECONDS);
                if (first == null) {
                    continue;
                }
                batch.add(first);
                queue.drainTo(batch, limits.together() - 1);
                List<Recorded> done = commit(batch);
                for (int i = 0; i < done.size(); i++) {
                    batch.get(i).done().complete(done.get(i));
                }
            } catch (InterruptedException e) {
                closed = true; // nobody interrupts it but to end it
            } catch (Throwable e) { // whatever it is, callers must hear of it, and the next batch may fare better
                LOG.error("{} decisions could not be recorded: {}", batch.size(), e.toString());
                batch.forEach(pending -> pending.done().completeExceptionally(e));
            }
        }
    }

    private List<Recorded> commit(List<Pending> batch) throws IOException {
        List<Rows.Row> signed = store.write(handle -> {
            Rows rows = new Rows(handle);
            Head last = rows.newest();
            if (last.seq() < known.seq()) {
                last = known;
            }
            List<Rows.Row> all = new ArrayList<>();
            for (Pending pending : batch) {
                Rows.Row row = Rows.Row.of(last.seq() + 1, pending.at(), pending.entry(), last.mac())
                        .signed(key);
                all.add(row);
                last = row.head();
            }
            rows.insert(all);
            return all;
        });
        Head head = signed.get(signed.size() - 1).head();
        headFile.write(head);
        LOG.info("decisions recorded up to {}", head);
        return signed.stream().map(Rows.Row::recorded).toList();
    }

    // ---- what else its key is for

    /** A code that only whoever has the key of this record makes of a text. */
    public String seal(String text) {
        return key.seal(text);
    }

    /** Whether that is the code of that text. */
    public boolean sealedSo(String text, String seal) {
        return ChainKey.equal(key.seal(text), seal);
    }

    // ---- looking at it

    /** Decisions that the filter asks for, the newest first; that waivers were made and ended is not among them. */
    public List<Recorded> list(Filter filter) {
        return store.read(handle -> new Rows(handle).list(filter));
    }

    /** One entry; empty where there is none of that number. */
    public Optional<Recorded> show(long seq) {
        return store.read(handle -> new Rows(handle).one(seq));
    }

    /**
     * Looks whether anything in the record is not as it was written. Takes as much memory for a million decisions as for
     * one.
     *
     * @param fromLog the newest head that the log has, where somebody brings it: it tells of cut-off decisions though the
     *     head file was changed
     */
    public Verification verify(Optional<Head> fromLog) {
        // before the decisions are looked at: one that is written meanwhile is newer than the head, never older
        List<Head> heads =
                Stream.concat(headFile.read().stream(), fromLog.stream()).toList();
        return store.read(handle -> {
            Walk walk = new Walk(new Rows(handle), key, heads);
            walk.upTo(Long.MAX_VALUE);
            walk.end();
            return walk.verification();
        });
    }

    /**
     * Removes the decisions of the time before a moment, as far as all before them are of that time too, and leaves a
     * checkpoint from which the record can be verified.
     *
     * @return how many were removed
     * @throws RecordException where one of them is not as it was written: then evidence would be removed. Gaps are noted in
     *     the log and removed with the rest
     */
    public long removeBefore(Instant moment) {
        long removed = 0;
        for (int some = removeSome(moment); some > 0; some = removeSome(moment)) {
            removed += some;
        }
        return removed;
    }

    private int removeSome(Instant moment) {
        return store.write(handle -> {
            Rows rows = new Rows(handle);
            List<Rows.Row> first = rows.after(Long.MIN_VALUE, 1);
            if (first.isEmpty()) {
                return 0;
            }
            long end = Math.min(
                    rows.firstSince(moment)
                            .map(seq -> seq - 1)
                            .orElse(rows.newest().seq()),
                    first.get(0).seq() + REMOVED_AT_ONCE - 1);
            if (end < first.get(0).seq()) {
                return 0;
            }
            Walk walk = new Walk(rows, key, List.of());
            walk.upTo(end);
            for (Fault fault : walk.verification().faults()) {
                if (fault.kind() != Fault.Kind.MISSING) {
                    throw new RecordException(
                            Reason.TAMPERED,
                            "nothing is removed, for what would be is not as it was written: decision " + fault.seq()
                                    + ": " + fault.why(),
                            null);
                }
                // a gap that a loss of power has left must not keep all later decisions for ever
                LOG.warn("removing decisions before and after a gap: {}", fault.why());
            }
            Instant now = clock.instant();
            rows.save(new Rows.Checkpoint(walk.last(), now, key.seal(walk.last(), now)));
            return rows.removeUpTo(walk.last().seq());
        });
    }

    /** Takes no more decisions, and comes back when those that wait are recorded. */
    @Override
    public void close() {
        closed = true;
        try {
            writer.join(limits.patience().toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Pending pending = queue.poll(); pending != null; pending = queue.poll()) {
            pending.done().completeExceptionally(closed());
        }
    }
}
