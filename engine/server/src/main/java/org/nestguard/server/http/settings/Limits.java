package org.nestguard.server.http.settings;

import java.time.Duration;

/**
 * How much of the service one caller can take.
 *
 * @param body how large the body of a request may be, in bytes; a batch is not bound by it
 * @param facts how large the facts of a host may be, or the archive of its tree, in bytes
 * @param batch how large all of a batch may be, in bytes
 * @param header how large the head of a request may be, its line included, in bytes
 * @param uri how long path and query together may be, in characters
 * @param headTime how long the head of a request may take to arrive from its first byte on, the handshake of TLS included
 * @param bodyTime how long a body may take to arrive, or of a batch one line
 * @param answerTime how long an answer may take, until whoever asked has read it; one to a batch has {@code batchTime} beside
 * @param batchTime how long a batch may take
 * @param idle after which silence a connection is closed
 * @param concurrent how many requests are worked on at a time; one beyond is told to come again
 * @param batches how many of them may be batches
 * @param connections how many connections TCP and the Unix socket may each hold
 */
public record Limits(
        int body,
        int facts,
        long batch,
        int header,
        int uri,
        Duration headTime,
        Duration bodyTime,
        Duration answerTime,
        Duration batchTime,
        Duration idle,
        int concurrent,
        int batches,
        int connections) {
    /** What holds where nothing is said. */
    public static final Limits USUAL = new Limits(
            1 << 20,
            32 << 20,
            1L << 30,
            8 << 10,
            2_048,
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofMinutes(1),
            Duration.ofMinutes(30),
            Duration.ofSeconds(30),
            64,
            4,
            512);
}
