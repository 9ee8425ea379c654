package org.nestguard.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.text.Harmless;
import org.nestguard.engine.text.IoFailure;
import org.nestguard.findings.Verdict;
import org.nestguard.fleet.audit.Asked;
import org.nestguard.fleet.audit.Report;
import org.nestguard.fleet.history.Changes;
import org.nestguard.fleet.history.ChangesJson;
import org.nestguard.fleet.history.ChangesText;
import org.nestguard.fleet.history.History;
import org.nestguard.fleet.history.KeptAudit;
import org.nestguard.fleet.history.PastAudit;
import org.nestguard.fleet.history.Trend;
import org.nestguard.store.Durability;
import org.nestguard.store.Place;
import org.nestguard.store.StoreException;

/** The history as the command uses it. A class of its own: only the command `audit` has a database at hand. */
final class AuditHistory implements AutoCloseable {
    private static final String REMEDY = "; --history PLACE names another place, --no-history keeps nothing";
    private static final String JDBC = "jdbc:";

    private final History history;
    private final boolean named;
    private @Nullable KeptAudit kept;

    private AuditHistory(History history, boolean named) {
        this.history = history;
        this.named = named;
    }

    /**
     * Opens it for an audit.
     *
     * @return null where nothing shall be kept; or where nothing can be in the usual place, which is then said: an audit that
     *     nobody wanted kept is none the worse
     * @throws UsageException where nothing can be kept in the place that was named
     */
    static @Nullable AuditHistory forAudit(Asked asked, HistoryOptions options, Console console) {
        options.check();
        boolean named = options.place() != null;
        if (named && !asked.whatIf().isEmpty()) {
            throw new UsageException("--history keeps the fleet as it is; leave it or --what-if out");
        }
        if (options.none() || !asked.whatIf().isEmpty()) {
            return null;
        }
        try {
            Place place = place(options.place());
            if (!named && place instanceof Place.InFile in) {
                Path folder = in.file().toAbsolutePath().resolveSibling(".").normalize();
                Files.createDirectories(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            return new AuditHistory(History.open(place, InstantSource.system()), named);
        } catch (StoreException | IOException e) {
            String why = e instanceof IOException io ? IoFailure.inWords(io) : String.valueOf(e.getMessage());
            if (named) {
                throw new UsageException("--history: " + why + REMEDY);
            }
            complain(console, why);
            return null;
        }
    }

    private static void complain(Console console, String why) {
        console.err().println("nestguard: this audit is not kept: " + Harmless.text(why) + REMEDY);
    }

    private static Place place(@Nullable String named) {
        if (named == null) {
            return new Place.InFile(
                    HistoryOptions.usual(System.getenv(), System.getProperty("user.name", "")), Durability.NORMAL);
        }
        if (!named.startsWith(JDBC)) {
            return new Place.InFile(Path.of(named), Durability.NORMAL);
        }
        if (!named.startsWith("jdbc:postgresql:")) {
            throw new UsageException("--history takes a file, or jdbc:postgresql://HOST/DATABASE");
        }
        return new Place.OnServer(named, null, null);
    }

    /**
     * What keeps the audit.
     *
     * @return null where it cannot be kept in the usual place, which is then said
     * @throws UsageException where it cannot be kept in the place that was named
     */
    @Nullable
    Report keep(Asked asked, HistoryOptions options, List<String> fleets, Console console) {
        try {
            kept = history.keep(asked, options.series(fleets), options.keep());
        } catch (StoreException e) {
            if (named) {
                throw new UsageException("--history: " + e.getMessage() + REMEDY);
            }
            complain(console, e.getMessage());
        }
        return kept;
    }

    /** What came of the same question before; nothing where that cannot be read, which is then said. */
    Trend before(Asked asked, HistoryOptions options, List<String> fleets, Console console) {
        try {
            return history.trend(asked, options.series(fleets));
        } catch (StoreException e) {
            console.err().println("nestguard: earlier audits cannot be read: " + Harmless.text(e.getMessage()));
            return Trend.NONE;
        }
    }

    /** Says where the audit could not be kept, and whether somebody relied on it. */
    boolean failed(Console console) {
        StoreException failure = kept == null ? null : kept.failure();
        if (failure != null) {
            complain(console, failure.getMessage());
        }
        return failure != null && named;
    }

    @Override
    public void close() {
        if (kept != null) {
            kept.close();
        }
        history.close();
    }

    // ---- looking

    /** Opens it to be looked at, which makes none. */
    private static History there(@Nullable String named) {
        Place place = place(named);
        if (place instanceof Place.InFile in && !Files.exists(in.file())) {
            throw new UsageException(in.file() + ": there is no such history; --history PLACE names another");
        }
        try {
            return History.open(place, InstantSource.system());
        } catch (StoreException e) {
            throw new UsageException(e.getMessage());
        }
    }

    /**
     * Prints what changed.
     *
     * @param numbers of the audits: none for the newest and the one before it, one for it and the one before it
     * @return whether something speaks against a guest that did not before, and no waiver lets it through
     */
    static boolean diff(@Nullable String named, List<Long> numbers, boolean json, Console console) throws IOException {
        try (History history = there(named)) {
            PastAudit after = numbers.isEmpty() ? newest(history) : audit(history, numbers.get(numbers.size() - 1));
            PastAudit before = numbers.size() > 1
                    ? audit(history, numbers.get(0))
                    : history.before(after)
                            .orElseThrow(() ->
                                    new UsageException("audit " + after.number() + " (" + after.question() + " of "
                                            + after.series()
                                            + ") is the first of its kind in the history; `nestguard audit history`"
                                            + " lists the others"));
            if (!before.question().equals(after.question())) {
                throw new UsageException("audit " + before.number() + " asked " + before.question() + ", audit "
                        + after.number() + " asked " + after.question() + ": there is nothing to compare");
            }
            if (before.number() > after.number()) {
                throw new UsageException("audit " + before.number() + " is newer than audit " + after.number()
                        + "; name the older one first");
            }
            Changes changes = new Changes(before, after);
            boolean[] worse = {false};
            if (json) {
                ChangesJson out = new ChangesJson(console.out(), changes);
                changes.tell(history, change -> {
                    worse[0] |= worse(change);
                    out.change(change);
                });
                out.end();
            } else {
                ChangesText text = new ChangesText(changes, console.width());
                changes.tell(history, change -> {
                    worse[0] |= worse(change);
                    text.change(change);
                });
                StringBuilder out = new StringBuilder();
                text.writeTo(out);
                print(out, console);
            }
            return worse[0];
        } catch (StoreException e) {
            throw new UsageException(e.getMessage());
        }
    }

    private static boolean worse(Changes.Change change) {
        return change.state() == Changes.State.NEW && change.stands();
    }

    private static PastAudit newest(History history) {
        return history.newest(1).stream()
                .findFirst()
                .orElseThrow(() -> new UsageException("there is no audit in the history"));
    }

    private static PastAudit audit(History history, long number) {
        return history.audit(number)
                .orElseThrow(() -> new UsageException(
                        "there is no audit " + number + " in the history; `nestguard audit history` lists what is"));
    }

    /** Prints which audits there are, those of one question and series together, the newest first. */
    static void list(@Nullable String named, int most, Console console) throws IOException {
        try (History history = there(named)) {
            Map<String, List<PastAudit>> alike = new LinkedHashMap<>();
            for (PastAudit audit : history.newest(most)) {
                alike.computeIfAbsent(audit.question() + " of " + audit.series(), kind -> new ArrayList<>())
                        .add(audit);
            }
            StringBuilder out = new StringBuilder();
            alike.forEach((kind, audits) -> {
                out.append(out.length() == 0 ? "" : "\n")
                        .append(Harmless.text(kind))
                        .append(String.format(
                                "%n%6s  %-20s %9s %9s %9s %9s  %s%n",
                                "audit", "begun", "guests", "allow", "deny", "undeterm.", "rules"));
                audits.forEach(audit -> line(out, audit));
            });
            print(out.length() == 0 ? out.append("There is no audit in the history.\n") : out, console);
        } catch (StoreException e) {
            throw new UsageException(e.getMessage());
        }
    }

    private static void line(StringBuilder out, PastAudit audit) {
        String digest = audit.ruleBase().digest();
        out.append(String.format(
                Locale.ROOT,
                "%6d  %-20s %,9d %,9d %,9d %,9d  %s%n",
                audit.number(),
                audit.at().truncatedTo(ChronoUnit.SECONDS),
                audit.guests(),
                audit.verdicts().getOrDefault(Verdict.ALLOW, 0L),
                audit.verdicts().getOrDefault(Verdict.DENY, 0L),
                audit.verdicts().getOrDefault(Verdict.UNDETERMINED, 0L),
                digest.substring(0, Math.min(7, digest.length()))));
    }

    private static void print(StringBuilder text, Console console) throws IOException {
        console.out().write(text.toString().getBytes(StandardCharsets.UTF_8));
        console.out().flush();
    }
}
