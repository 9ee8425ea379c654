package org.nestguard.evidence.view;

import java.time.Instant;
import java.util.Optional;

/** One raw file or one command's output, or the reason why it is not there. */
public sealed interface Artefact {
    /** Where it was looked for, as an operator would say it: {@code /proc/cpuinfo}, {@code virsh -r version}. */
    String from();

    /** All that was read; empty where it is missing. */
    default Optional<String> content() {
        return this instanceof Text read ? Optional.of(read.text()) : Optional.empty();
    }

    /**
     * It was read.
     *
     * @param from the file or command
     * @param at when it was read or, in a captured tree, when it was captured
     * @param text all of it, cut nowhere: what is too large is {@link Missing}. Bytes that are no UTF-8 come as U+FFFD
     */
    record Text(String from, Instant at, String text) implements Artefact {}

    /**
     * It could not be read.
     *
     * @param from the file or command
     * @param why what happened and, where something helps, what the operator can do about it
     */
    record Missing(String from, String why) implements Artefact {}
}
