package org.nestguard.engine.secret;

import java.io.IOException;

/** A file is not its owner's alone; the message names it and says what to do. */
public final class NotPrivateException extends IOException {
    private static final long serialVersionUID = 1L;

    NotPrivateException(String message) {
        super(message);
    }
}
