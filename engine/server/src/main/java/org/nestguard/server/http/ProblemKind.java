package org.nestguard.server.http;

import java.util.Arrays;
import java.util.Locale;

/** What can go wrong with a request: the types of problem documents, which never change their meaning. */
public enum ProblemKind {
    /** Not HTTP as it is agreed on. */
    BAD_REQUEST(400, "The request is malformed"),
    /** A document that cannot be read; line, column and key say where. */
    UNREADABLE(400, "The document cannot be read"),
    /** It is not known who asks. */
    UNAUTHENTICATED(401, "It is not known who asks"),
    /** Who asks may not do this. */
    FORBIDDEN(403, "Who asks may not do this"),
    /** There is nothing of that name. */
    NOT_FOUND(404, "There is no such thing"),
    /** What is named may be several. */
    AMBIGUOUS(409, "Several things are called so"),
    /** Facts that cannot be taken as they are. */
    NOT_TAKEN(409, "The facts are not taken"),
    /** A waiver that would waive nothing. */
    WAIVES_NOTHING(409, "The waiver would waive nothing"),
    /** Something of that name, and not for this method. */
    METHOD_NOT_ALLOWED(405, "The method is not for this"),
    /** The body took too long to arrive. */
    TOO_SLOW(408, "The request took too long to arrive"),
    /** The body is too large. */
    TOO_LARGE(413, "The body is too large"),
    /** Path and query are too long. */
    URI_TOO_LONG(414, "The path and query are too long"),
    /** A body of a type that is not read here. */
    UNSUPPORTED_TYPE(415, "A body of this type is not read here"),
    /** The head of the request is too large. */
    HEADER_TOO_LARGE(431, "The head of the request is too large"),
    /** The service failed. */
    FAILED(500, "The service failed"),
    /** The guard failed; there is no answer, which is a refusal. */
    GUARD_FAILED(500, "The guard failed, which is a refusal"),
    /** More requests than are worked on at a time. */
    BUSY(503, "Too much is asked at a time"),
    /** The service is about to stop. */
    STOPPING(503, "The service is about to stop"),
    /** There are no rules that passed their test. */
    NOT_READY(503, "There are no rules that passed their test"),
    /** Who would have to answer does not. */
    SILENT(503, "The registry does not answer, which is a refusal"),
    /** It would be allowed, but that cannot be recorded. */
    NOT_RECORDED(503, "The decision could not be recorded");

    private static final String TYPES = "https://nestguard.org/problems/";

    private final int status;
    private final String title;

    ProblemKind(int status, String title) {
        this.status = status;
        this.title = title;
    }

    /** The HTTP status that goes with it. */
    public int status() {
        return status;
    }

    /** The same for every problem of this kind. */
    public String title() {
        return title;
    }

    /** Names the kind for a program. */
    public String type() {
        return TYPES + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What an HTTP status means that nobody said more of. */
    static ProblemKind of(int status) {
        return Arrays.stream(values())
                .filter(k -> k.status == status)
                .findFirst()
                .orElse(status >= 400 && status < 500 ? BAD_REQUEST : FAILED);
    }
}
