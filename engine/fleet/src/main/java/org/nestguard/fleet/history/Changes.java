package org.nestguard.fleet.history;

import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.nestguard.findings.Verdict;

/** What is another between two audits, by guest and rule. */
public final class Changes {
    private final PastAudit before;
    private final PastAudit after;

    /** What became of what a rule says against a guest. */
    public enum State {
        /** It was not said before, or a waiver let it pass that does no more. */
        NEW,
        FIXED,
        UNCHANGED
    }

    /** Why something changed. */
    public enum Cause {
        /** Nothing that was known of the guest, its host and the destinations is another; the rules or tables are. */
        RULES("the rules"),
        /** The rules and tables are the same; the fleet, or how fresh its facts were, is another. */
        FLEET("the fleet"),
        /** Both are others, and either may be why. */
        BOTH("rules and fleet"),
        /** Rules, tables and fleet are the same; a waiver is over that let the guest pass. */
        WAIVER("a waiver that is over"),
        /** The guest was not there before. */
        CAME("a new guest"),
        /** The guest is not there any more. */
        GONE("a guest gone");

        private final String words;

        Cause(String words) {
            this.words = words;
        }

        /** For people. */
        public String words() {
            return words;
        }
    }

    /**
     * What became of what one rule says against one guest.
     *
     * @param guest as it is now; where it is gone, as it was
     * @param was what came of it before; null where it was not there
     * @param is what comes of it now; null where it is gone
     * @param cause null where nothing changed
     */
    public record Change(
            PastGuest guest,
            String rule,
            State state,
            @Nullable Verdict was,
            @Nullable Verdict is,
            @Nullable Cause cause) {
        /** Whether it speaks against the guest now, and no waiver lets that through. */
        public boolean stands() {
            return state != State.FIXED && guest.effective() != Verdict.ALLOW;
        }
    }

    /** Is told of them, guest by guest. */
    public interface Listener {
        /** One. Of a million of them it must keep none. */
        void change(Change change);
    }

    /** @param before the older audit */
    public Changes(PastAudit before, PastAudit after) {
        this.before = before;
        this.after = after;
    }

    /** Tells of all, also of what is unchanged. */
    public void tell(History history, Listener listener) {
        history.pairs(before, after, (was, is) -> {
            Set<String> old = was == null ? Set.of() : new HashSet<>(was.rules());
            Set<String> now = is == null ? Set.of() : new HashSet<>(is.rules());
            Set<String> all = new TreeSet<>(old);
            all.addAll(now);
            boolean passed = was != null
                    && is != null
                    && passes(was)
                    && !passes(is)
                    && old.containsAll(now); // else the rule that came is why
            for (String rule : all) {
                State state =
                        !now.contains(rule) ? State.FIXED : passed || !old.contains(rule) ? State.NEW : State.UNCHANGED;
                listener.change(new Change(
                        is != null ? is : Objects.requireNonNull(was),
                        rule,
                        state,
                        was == null ? null : was.verdict(),
                        is == null ? null : is.verdict(),
                        state == State.UNCHANGED ? null : cause(was, is)));
            }
        });
    }

    private static boolean passes(PastGuest guest) {
        return guest.effective() == Verdict.ALLOW;
    }

    private Cause cause(@Nullable PastGuest was, @Nullable PastGuest is) {
        if (was == null) {
            return Cause.CAME;
        }
        if (is == null) {
            return Cause.GONE;
        }
        boolean sameFacts = was.facts() == is.facts() && before.destinations() == after.destinations();
        if (before.ruleBase().digest().equals(after.ruleBase().digest())) {
            return sameFacts ? Cause.WAIVER : Cause.FLEET;
        }
        return sameFacts ? Cause.RULES : Cause.BOTH;
    }

    /** The older one. */
    public PastAudit before() {
        return before;
    }

    /** The newer one. */
    public PastAudit after() {
        return after;
    }
}
