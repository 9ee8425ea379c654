package org.nestguard.cli.service;

import java.io.IOException;

/** A service cannot be asked, or gave no whole answer in time; the message names which, why, and what to do. */
public final class ServiceException extends IOException {
    private static final long serialVersionUID = 1L;

    ServiceException(String message) {
        super(message);
    }
}
