package org.nestguard.cli.hook;

/** A door's scripts could not be laid or taken away; the message says which file, why, and what to do. */
public final class HookException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    HookException(String message) {
        super(message);
    }
}
