package org.nestguard.facts;

/** Whom a fact is about. */
public enum Party {
    GUEST("guest"),
    SNAPSHOT("snapshot"),
    SOURCE("source"),
    DESTINATION("destination");

    private final String word;

    Party(String word) {
        this.word = word;
    }

    /** The key of its object in a question. */
    public String word() {
        return word;
    }
}
