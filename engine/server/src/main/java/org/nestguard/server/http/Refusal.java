package org.nestguard.server.http;

import org.jspecify.annotations.Nullable;
import org.nestguard.engine.text.Problem;

/** A request that ends with a problem document. The message is for the caller: it holds no secret and no inner workings. */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ProblemKind kind;
    private final transient @Nullable Problem place;

    /** With what is wrong here and what to do about it. */
    public Refusal(ProblemKind kind, String detail) {
        super(detail, null, false, false);
        this.kind = kind;
        place = null;
    }

    /** A document that cannot be read. */
    public Refusal(Problem problem) {
        super(problem.message(), null, false, false);
        kind = ProblemKind.UNREADABLE;
        place = problem;
    }

    /** What is wrong, for a program. */
    public ProblemKind kind() {
        return kind;
    }

    /** What is wrong here and what to do about it. */
    public String detail() {
        return String.valueOf(getMessage());
    }

    /** Where in the document; null where it is not one. */
    public @Nullable Problem place() {
        return place;
    }
}
