package org.nestguard.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where an audit is kept. No types of a database: help is shown without one at hand. */
final class HistoryOptions {
    static final String PLACE =
            "A file of SQLite, which is made where it is not there, or jdbc:postgresql://… (a password"
                    + " belongs in ~/.pgpass). Default: nestguard/history.db in $XDG_STATE_HOME, else for root in /var/lib, for"
                    + " others in ~/.local/state.";

    @Option(
            names = "--history",
            paramLabel = "PLACE",
            description = "Where the audit is kept (one with --what-if never is). " + PLACE)
    private @Nullable String place;

    @Option(names = "--no-history", description = "Keeps nothing, which is quicker.")
    private boolean none;

    @Option(
            names = "--series",
            paramLabel = "NAME",
            description =
                    "Which fleet this is: `audit diff` compares audits of one series that asked the same (default:"
                            + " FLEET as it is written; name one where each inventory has a name of its own).")
    private @Nullable String series;

    @Option(
            names = "--keep",
            paramLabel = "NUMBER",
            defaultValue = "50",
            description = "How many audits the history keeps, of all series together; older ones are removed (default:"
                    + " 50).")
    private int keep = 50;

    /** @throws UsageException where the options do not fit together */
    void check() {
        if (none && place != null) {
            throw new UsageException("--history and --no-history: say one of them");
        }
        if (keep < 1) {
            throw new UsageException("--keep must be 1 or more; --no-history keeps nothing");
        }
    }

    boolean none() {
        return none;
    }

    /** Null where nobody has named one. */
    @Nullable
    String place() {
        return place;
    }

    String series(List<String> fleets) {
        return series == null ? String.join(", ", fleets) : series;
    }

    int keep() {
        return keep;
    }

    /** Where audits are kept where nobody has named a place. */
    static Path usual(Map<String, String> environment, String user) {
        String state = environment.getOrDefault("XDG_STATE_HOME", "");
        if (!state.isEmpty()) {
            return Path.of(state, "nestguard", "history.db");
        }
        return user.equals("root")
                ? Path.of("/var/lib/nestguard/history.db")
                : Path.of(environment.getOrDefault("HOME", "/nonexistent"), ".local/state/nestguard/history.db");
    }
}
