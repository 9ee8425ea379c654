package org.nestguard.cli.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.nestguard.findings.Verdict;

/**
 * What the service answers: plain lines, the verdict alone in the first, {@code END} in the last.
 *
 * @param lines those in between
 */
record Answer(Verdict verdict, List<String> lines) {
    private static final String MARK = "MARK ";

    /** Reads one; empty where it is none, or not whole. */
    static Optional<Answer> read(String text) {
        List<String> lines = text.lines().toList();
        if (lines.size() < 2 || !lines.get(lines.size() - 1).equals("END") || !text.endsWith("\n")) {
            return Optional.empty();
        }
        return Arrays.stream(Verdict.values())
                .filter(verdict -> verdict.name().equals(lines.get(0)))
                .findFirst()
                .map(verdict -> new Answer(verdict, List.copyOf(lines.subList(1, lines.size() - 1))));
    }

    /** What a guest is to carry that is saved: the last line, which the service writes whatever a guest is called. */
    Optional<String> mark() {
        return lines.isEmpty()
                ? Optional.empty()
                : Optional.of(lines.get(lines.size() - 1))
                        .filter(line -> line.startsWith(MARK))
                        .map(line -> line.substring(MARK.length()));
    }

    /** What is for a person. */
    List<String> sentences() {
        List<String> sentences = new ArrayList<>(lines);
        if (mark().isPresent()) {
            sentences.remove(sentences.size() - 1);
        }
        return sentences;
    }
}
