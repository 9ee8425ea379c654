package org.nestguard.engine;

/** A site's own rules or tables cannot be taken; the message names the file and the line. */
public final class SiteRulesException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a message for a person. */
    public SiteRulesException(String message) {
        super(message);
    }
}
