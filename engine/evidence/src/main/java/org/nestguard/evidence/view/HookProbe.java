package org.nestguard.evidence.view;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.evidence.site.Door;

/**
 * Looks for the scripts by which the systems of a host ask before they move a guest. It tells what lies where they belong; that
 * the daemon knows them and that somebody answers, {@code nestguard hook check} finds out.
 */
public final class HookProbe {
    /** What it is called in a tree, as if it were a command. */
    public static final List<String> COMMAND = List.of("nestguard-probe", "hooks");

    // Half an answer must not look like one in which something is absent.
    private static final String END = "that is all";
    private static final int MOST_LINES = 1_000;
    private static final Pattern LINE = Pattern.compile("([a-z]{1,20}) ([a-z]{1,20}) (/[!-~]{1,200})");

    /** What lies at a place. */
    public enum State {
        /** Our script, and it can be run. */
        OURS,
        /** Our script; whether it can be run the tree does not say. */
        LAID,
        /** Our script, but not executable. */
        DEAD,
        /** Something else. */
        OTHER,
        /** Nothing. */
        ABSENT,
        /** Nobody may look. */
        CLOSED,
        /** It is not in the tree, which does not say whether it was on the host. */
        UNSEEN;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What lies at one of the places of a system that is on the host. */
    public record Found(Door door, State state, String path) {}

    private HookProbe() {}

    /** Looks, or takes what was captured. */
    public static Artefact artefact(HostView host) {
        if (host instanceof LiveHost live) {
            Seen seen = new Seen(live, State.ABSENT, path -> live.executable(path) ? State.OURS : State.DEAD);
            return new Artefact.Text(
                    String.join(" ", COMMAND), Instant.now().truncatedTo(ChronoUnit.MILLIS), seen.text());
        }
        Artefact captured = host.command(COMMAND);
        if (captured instanceof Artefact.Missing missing) {
            Seen seen = new Seen(host, State.UNSEEN, path -> State.LAID);
            String text = seen.text();
            return seen.newest == null ? missing : new Artefact.Text(String.join(" ", COMMAND), seen.newest, text);
        }
        return captured;
    }

    /** What was found of each system that is on the host, in the order of the doors and their places. */
    public static Reading<List<Found>> read(String text) {
        List<String> lines = text.lines().limit(MOST_LINES).toList();
        if (lines.isEmpty() || !lines.get(lines.size() - 1).equals(END)) {
            return Reading.unsaid("no whole look at the hooks is in it");
        }
        List<Found> found = new ArrayList<>();
        for (String line : lines.subList(0, lines.size() - 1)) {
            Matcher words = LINE.matcher(line);
            Optional<Door> door = words.matches() ? door(words.group(1)) : Optional.empty();
            Optional<State> state = door.flatMap(there -> state(words.group(2)));
            if (door.isEmpty() || state.isEmpty()) {
                return Reading.unsaid("line " + (found.size() + 1) + " says of no system what lies where");
            }
            found.add(new Found(door.get(), state.get(), words.group(3)));
        }
        for (Door door : Door.values()) {
            List<String> looked = found.stream()
                    .filter(one -> one.door() == door)
                    .map(Found::path)
                    .toList();
            if (!looked.isEmpty() && !looked.equals(places(door))) {
                return Reading.unsaid("not all places of the hooks of " + door.word() + " were looked at, each once");
            }
        }
        return Reading.said(List.copyOf(found), 0);
    }

    private static Optional<Door> door(String word) {
        return Stream.of(Door.values()).filter(door -> door.word().equals(word)).findFirst();
    }

    private static Optional<State> state(String word) {
        return Stream.of(State.values())
                .filter(state -> state.word().equals(word))
                .findFirst();
    }

    private static List<String> places(Door door) {
        return door == Door.LIBVIRT
                ? Stream.concat(door.places().stream(), Stream.of(Door.OLD_LIBVIRT))
                        .toList()
                : door.places();
    }

    /** What is seen of a host's files. */
    private static final class Seen {
        private final HostView host;
        private final State nothing;
        private final Function<String, State> laid;
        private @Nullable Instant newest;

        /**
         * @param nothing what it means that nothing is seen at a place
         * @param laid what it means that our script is there
         */
        Seen(HostView host, State nothing, Function<String, State> laid) {
            this.host = host;
            this.nothing = nothing;
            this.laid = laid;
        }

        String text() {
            StringBuilder text = new StringBuilder();
            Predicate<State> something = state -> state != nothing;
            for (Door door : Door.values()) {
                Map<String, State> states = new LinkedHashMap<>();
                places(door).forEach(place -> states.put(place, state(place)));
                if (something.test(state(door.sign()))
                        || states.values().stream().anyMatch(something)) {
                    states.forEach((place, state) -> text.append(door.word())
                            .append(' ')
                            .append(state.word())
                            .append(' ')
                            .append(place)
                            .append('\n'));
                }
            }
            return text.append(END).append('\n').toString();
        }

        private State state(String path) {
            int slash = path.lastIndexOf('/');
            Reading<List<String>> beside = host.entries(path.substring(0, slash));
            if (beside.value().isEmpty()) {
                return State.CLOSED;
            }
            if (!beside.value().get().contains(path.substring(slash + 1))) {
                return nothing;
            }
            Artefact file = host.file(path);
            if (file instanceof Artefact.Text text) {
                newest = newest == null || text.at().isAfter(newest) ? text.at() : newest;
                return text.text().contains(Door.MARK) ? laid.apply(path) : State.OTHER;
            }
            return State.CLOSED;
        }
    }
}
