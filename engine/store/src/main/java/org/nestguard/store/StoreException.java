package org.nestguard.store;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The store cannot be opened, read or written; the message says in a sentence what is wrong and what to do. */
public final class StoreException extends RuntimeException {
    /** What is wrong. */
    public enum Reason {
        /** Somebody else may change the file, or read it. */
        EXPOSED,
        /** It is no database, or it may not be read or written. */
        UNREADABLE,
        /** There is something else in it. */
        FOREIGN,
        /** A newer version of this program has made it. */
        NEWER,
        /** Another process keeps it to itself. */
        LOCKED,
        /** The server of the database does not answer, or refuses. */
        UNREACHABLE,
        /** A statement failed; nothing of its transaction is kept. */
        FAILED
    }

    private final Reason reason;

    StoreException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    /** What is wrong. */
    public Reason reason() {
        return reason;
    }
}
