package org.nestguard.engine.text;

import org.nestguard.facts.Question;

/** One document of a stream: a question, or the reason why it is none. */
public sealed interface Document {
    /** A question. */
    record Asked(Question question) implements Document {}

    /** A document that could not be read. */
    record Unreadable(Problem problem) implements Document {}
}
