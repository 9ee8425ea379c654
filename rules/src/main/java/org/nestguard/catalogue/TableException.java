package org.nestguard.catalogue;

/** A table cannot be read; the message names the file, the line and the key. */
public final class TableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a message for a person. */
    public TableException(String message) {
        super(message);
    }
}
