package org.nestguard.server.record;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A decision cannot be recorded, or the record cannot be opened; the message says why in a sentence. */
public final class RecordException extends RuntimeException {
    /** What is wrong. */
    public enum Reason {
        /** More decisions wait to be recorded than may. */
        FULL,
        /** The database did not take it, or the head could not be written. */
        FAILED,
        /** It was not durable in time. It may still be recorded. */
        LATE,
        /** The record is closed. */
        CLOSED,
        /** The key is not there, or is not the one that the records were made with. */
        KEY,
        /** What is to be removed has been tampered with. */
        TAMPERED
    }

    private final Reason reason;

    RecordException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** What is wrong. */
    public Reason reason() {
        return reason;
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
