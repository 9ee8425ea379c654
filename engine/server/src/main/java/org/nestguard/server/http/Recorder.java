package org.nestguard.server.http;

import java.time.Instant;
import java.util.OptionalLong;
import org.nestguard.engine.decision.Decision;
import org.nestguard.facts.Question;
import org.nestguard.server.http.access.Caller;

/** Keeps every decision. Called by many threads. */
public interface Recorder {
    /** Keeps nothing; for where nobody asked for a record. */
    Recorder NONE = (question, decision, caller, at) -> () -> {};

    /** Begins to keep a decision; whether it is kept, the receipt says. */
    Receipt record(Question question, Decision decision, Caller caller, Instant at);

    /** A record on its way. */
    interface Receipt {
        /** Waits until it is kept. @throws NotRecordedException where it is not */
        void await() throws NotRecordedException, InterruptedException;

        /** Its number in the record, once it is kept; empty where it has none. */
        default OptionalLong number() {
            return OptionalLong.empty();
        }
    }

    /** A decision could not be recorded. */
    final class NotRecordedException extends Exception {
        private static final long serialVersionUID = 1L;

        /** With a message for the log. */
        public NotRecordedException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
