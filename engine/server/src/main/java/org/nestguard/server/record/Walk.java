package org.nestguard.server.record;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks at one decision after the other, in order, and keeps nothing but the last and what was found. */
final class Walk {
    /** How many are in memory at a time. */
    private static final int STEP = 200;

    private final Rows rows;
    private final ChainKey key;
    private final List<Head> heads;
    private final List<Fault> faults = new ArrayList<>();
    private long faultCount;
    private long count;
    private Head removed = Head.NONE;
    private Head last = Head.NONE;

    /** @param heads what is known of the record from elsewhere */
    Walk(Rows rows, ChainKey key, List<Head> heads) {
        this.rows = rows;
        this.key = key;
        this.heads = heads;
    }

    /** Looks at all decisions up to a number. */
    void upTo(long end) {
        Optional<Rows.Checkpoint> checkpoint = rows.checkpoint();
        checkpoint.ifPresent(known -> {
            if (!ChainKey.equal(known.seal(), key.seal(known.removed(), known.at()))) {
                fault(
                        Fault.Kind.CHECKPOINT,
                        known.removed().seq(),
                        "the checkpoint is not genuine: decisions up to "
                                + known.removed().seq() + " were not removed by retention");
            }
            removed = known.removed();
        });
        last = removed;
        compare(last);
        long from = Long.MIN_VALUE;
        for (List<Rows.Row> some = rows.after(from, STEP); !some.isEmpty(); some = rows.after(from, STEP)) {
            for (Rows.Row row : some) {
                if (row.seq() > end) {
                    return;
                }
                look(row);
                from = row.seq();
            }
        }
    }

    private void look(Rows.Row row) {
        count++;
        if (row.seq() <= removed.seq()) {
            fault(Fault.Kind.RETURNED, row.seq(), "it was removed, up to " + removed.seq() + ", and is there again");
            return;
        }
        if (row.seq() != last.seq() + 1) {
            long first = last.seq() + 1;
            fault(
                    Fault.Kind.MISSING,
                    first,
                    first == row.seq() - 1
                            ? "decision " + first + " is missing"
                            : "decisions " + first + " to " + (row.seq() - 1) + " are missing");
        } else if (!ChainKey.equal(row.previous(), last.mac())) {
            fault(Fault.Kind.UNCHAINED, row.seq(), "it was not written after the one that stands before it");
        }
        if (!ChainKey.equal(row.mac(), key.mac(row))) {
            fault(
                    Fault.Kind.ALTERED,
                    row.seq(),
                    "it does not say what was recorded: edited, put in, or moved here from another place");
        }
        last = row.head();
        compare(last);
    }

    private void compare(Head there) {
        for (Head head : heads) {
            if (head.seq() == there.seq() && !ChainKey.equal(head.mac(), there.mac())) {
                fault(Fault.Kind.HEAD, there.seq(), "the head names another decision by that number");
            }
        }
    }

    /** Whether the newest decisions are there. */
    void end() {
        heads.stream()
                .filter(head -> head.seq() > last.seq())
                .mapToLong(Head::seq)
                .max()
                .ifPresent(newest -> fault(
                        Fault.Kind.CUT_OFF,
                        last.seq() + 1,
                        "decisions " + (last.seq() + 1) + " to " + newest + " were cut off"));
        if (heads.isEmpty() && last.seq() > 0) {
            fault(Fault.Kind.HEAD, last.seq(), "there is no head: whether newer decisions were cut off is not known");
        }
    }

    private void fault(Fault.Kind kind, long seq, String why) {
        if (faults.size() < Verification.MOST_FAULTS) {
            faults.add(new Fault(kind, seq, why));
        }
        faultCount++;
    }

    Head last() {
        return last;
    }

    Verification verification() {
        return new Verification(removed.seq(), last, count, faults, faultCount);
    }
}
