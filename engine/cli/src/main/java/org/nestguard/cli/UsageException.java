package org.nestguard.cli;

/** The words of the command, or a file they name, are wrong: status 2. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
