package org.nestguard.server.http.access;

import java.util.Locale;

/** What a caller may do. No role contains another. */
public enum Role {
    /** Ask for decisions, and see what they rest on: rules, hosts, guests, figures. */
    ASK,
    /** Push the facts of the one host that the credential is bound to. */
    PUSH,
    /** Change what the service goes by. */
    ADMINISTER;

    /** As it is written in a file. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
