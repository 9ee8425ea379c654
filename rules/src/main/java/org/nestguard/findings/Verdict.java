package org.nestguard.findings;

/** The answer to a question. Every door treats {@link #UNDETERMINED} as a refusal. */
public enum Verdict {
    /** Something permits it and nothing speaks against it, whatever the facts that are not known may be. */
    ALLOW,
    /** Something forbids it, whatever the facts that are not known may be. */
    DENY,
    /** Nothing known covers it, or it depends on facts that are not known. */
    UNDETERMINED
}
