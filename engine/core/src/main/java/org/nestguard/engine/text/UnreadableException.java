package org.nestguard.engine.text;

/** A document cannot be read. */
public final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    UnreadableException(Problem problem) {
        super(problem.message());
        this.problem = problem;
    }

    /** What is wrong with it, and where. */
    public Problem problem() {
        return problem;
    }
}
