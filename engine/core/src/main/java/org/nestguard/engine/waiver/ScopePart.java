package org.nestguard.engine.waiver;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.decision.Decision;

/**
 * One part of a waiver's scope, such as {@code guest=build-*}.
 *
 * @param of what it speaks of
 * @param name the name, in which {@code *} stands for any letters
 */
public record ScopePart(Subject of, String name) {
    /** What a scope can speak of. */
    public enum Subject {
        GUEST("guest"),
        GUEST_UUID("guestUuid"),
        SOURCE("source"),
        DESTINATION("destination"),
        OPERATION("operation");

        private final String word;

        Subject(String word) {
            this.word = word;
        }

        private @Nullable String of(Decision d) {
            return switch (this) {
                case GUEST -> d.guest();
                case GUEST_UUID -> d.guestUuid();
                case SOURCE -> d.source();
                case DESTINATION -> d.destination();
                case OPERATION -> d.operation().word();
            };
        }
    }

    /** Reads {@code guest=NAME}; empty for any other text. */
    public static Optional<ScopePart> read(String text) {
        int equals = text.indexOf('=');
        if (equals < 1 || equals == text.length() - 1) {
            return Optional.empty();
        }
        String name = text.substring(equals + 1);
        return Arrays.stream(Subject.values())
                .filter(s -> s.word.equals(text.substring(0, equals)))
                .findFirst()
                .map(s -> new ScopePart(s, name));
    }

    /** Reads parts with commas between them; empty where one of them is none. */
    public static Optional<List<ScopePart>> readAll(String text) {
        List<Optional<ScopePart>> parts = Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .map(ScopePart::read)
                .toList();
        return parts.stream().allMatch(Optional::isPresent)
                ? Optional.of(parts.stream().map(Optional::get).toList())
                : Optional.empty();
    }

    /** As it is written. */
    @Override
    public String toString() {
        return of.word + "=" + name;
    }

    /** What a scope may speak of, for a message. */
    public static String words() {
        return Arrays.stream(Subject.values()).map(s -> s.word).collect(Collectors.joining(", "));
    }

    boolean fits(Decision decision) {
        String said = of.of(decision);
        return said != null && matches(said);
    }

    /** Whether it fits a decision of which it is not said yet where the guest goes. */
    boolean mayFit(Decision decision) {
        return of == Subject.DESTINATION || fits(decision);
    }

    /** Whether it names one guest, not many. */
    boolean namesOneGuest() {
        return (of == Subject.GUEST || of == Subject.GUEST_UUID) && name.indexOf('*') < 0;
    }

    /** Goes back to the last star only: a regular expression with many stars would not come to an end on a long name. */
    private boolean matches(String said) {
        int star = -1;
        int afterStar = 0;
        int n = 0;
        int s = 0;
        while (s < said.length()) {
            if (n < name.length() && name.charAt(n) == '*') {
                star = n++;
                afterStar = s;
            } else if (n < name.length() && name.charAt(n) == said.charAt(s)) {
                n++;
                s++;
            } else if (star >= 0) {
                n = star + 1;
                s = ++afterStar;
            } else {
                return false;
            }
        }
        while (n < name.length() && name.charAt(n) == '*') {
            n++;
        }
        return n == name.length();
    }
}
