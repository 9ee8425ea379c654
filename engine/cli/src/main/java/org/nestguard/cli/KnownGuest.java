package org.nestguard.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.known.Asking;
import org.nestguard.engine.known.FactsDocument;
import org.nestguard.engine.known.Freshness;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.known.Observation;
import org.nestguard.engine.text.FactsReader;
import org.nestguard.engine.text.Harmless;
import org.nestguard.engine.text.UnreadableException;
import org.nestguard.evidence.collect.Collection;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Question;
import org.nestguard.facts.Worded;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A question about a guest of which facts are known: those of this host now, or those of a document. */
final class KnownGuest {
    @Option(
            names = "--guest",
            paramLabel = "NAME",
            description =
                    "Asks about the guest of that name or UUID, from facts instead of a written question: this host's, or"
                            + " those of --from or --root.")
    private @Nullable String guest;

    @Option(
            names = "--to",
            paramLabel = "FACTS",
            description = "The facts document of the host it shall go to (what `nestguard collect` printed there).")
    private @Nullable Path to;

    @Option(
            names = "--from",
            paramLabel = "FACTS",
            description = "The facts document of the host it runs on, instead of looking at this host.")
    private @Nullable Path from;

    @Option(
            names = "--operation",
            paramLabel = "OPERATION",
            description =
                    "What is to be done to it: migrate, savevm or loadvm (default: migrate with --to, else savevm).")
    private @Nullable String operation;

    @Option(
            names = "--snapshot",
            paramLabel = "FACTS",
            description = "For loadvm: the facts document of the host and the guest from when the snapshot was taken.")
    private @Nullable Path snapshot;

    @Option(
            names = "--as-of",
            paramLabel = "TIME",
            converter = InstantText.class,
            description =
                    "The moment from which the age of facts is measured, such as 2026-11-22T13:00:00Z (default: now where"
                            + " this host is looked at; else the newest fact of the documents, and the answer says so).")
    private @Nullable Instant asOf;

    @Mixin
    private AgeOptions ages = new AgeOptions();

    @Mixin
    private HostOption host = new HostOption();

    @Mixin
    private LookOptions look = new LookOptions();

    /** Whether a guest is asked about at all. @throws UsageException where other options of it stand alone */
    boolean given() {
        if (guest == null && (to != null || from != null || snapshot != null || operation != null || asOf != null)) {
            throw new UsageException(
                    "--to, --from, --operation, --snapshot and --as-of are of a question about --guest NAME");
        }
        if (from != null && (!host.live() || look.closer())) {
            throw new UsageException(
                    "--from asks about a document; --root, --sample, --ask-guests and --ask-qemu look at a host");
        }
        return guest != null;
    }

    /**
     * A question, and of what moment its facts are.
     *
     * @param asOf the moment; null for now
     */
    record Asked(Question question, @Nullable Instant asOf) {}

    Asked ask(MigrationGuard guard, Console console) throws IOException {
        Operation what = operation();
        boolean live = from == null && host.live();
        FactsDocument source = from == null ? collected(console) : read(from);
        FactsDocument destination = to == null ? source : read(to);
        Instant moment = moment(live, source, destination);
        Freshness freshness = ages.freshness();
        FactsDocument believed = source.asOf(moment, freshness);
        Known asked = one(believed);
        Asking asking = new Asking(guard);
        Question question = switch (what) {
            case SAVEVM -> asking.savevm(asked, believed.host());
            case MIGRATE -> {
                required(to, "--to");
                yield asking.migrate(
                        asked,
                        believed.host(),
                        destination.asOf(moment, freshness).host());
            }
            case LOADVM -> {
                // a snapshot does not age: what was true when it was taken is true of it for ever
                FactsDocument saved = read(required(snapshot, "--snapshot"));
                yield asking.loadvm(
                        asked,
                        sameGuest(asked, one(saved)),
                        saved.host(),
                        destination.asOf(moment, freshness).host());
            }
        };
        return new Asked(question, asOf == null && live ? null : moment);
    }

    /** One moment for both hosts: the newest fact of them, so that neither is believed for longer beside the other; never later than now. */
    private Instant moment(boolean live, FactsDocument source, FactsDocument destination) {
        if (asOf != null) {
            return asOf;
        }
        Instant now = Clock.systemUTC().instant();
        Instant newest = source.newest().isAfter(destination.newest()) ? source.newest() : destination.newest();
        return live || newest.isAfter(now) ? now : newest;
    }

    private Operation operation() {
        if (operation == null) {
            return to == null ? Operation.SAVEVM : Operation.MIGRATE;
        }
        return Worded.read(Operation.class, operation)
                .orElseThrow(() -> new UsageException("--operation must be one of " + Worded.words(Operation.class)));
    }

    private FactsDocument collected(Console console) {
        try (HostOption.Opened opened = host.open();
                Progress progress = Progress.on(console, "collecting")) {
            Collection collection = look.collector(Clock.systemUTC(), progress).collect(opened.view());
            return collection.document();
        }
    }

    private static Path required(@Nullable Path path, String option) {
        if (path == null) {
            throw new UsageException("this operation needs " + option + " FACTS");
        }
        return path;
    }

    private Known one(FactsDocument document) {
        String wanted = String.valueOf(guest);
        List<Known> found = document.guests(wanted);
        if (found.size() == 1) {
            return found.get(0);
        }
        if (found.isEmpty()) {
            String known = document.guests().stream().limit(20).map(Known::name).collect(Collectors.joining(", "));
            throw new UsageException("there is no running guest " + wanted + " on "
                    + document.host().name()
                    + (known.isEmpty() ? ", nor any other" : "; there are " + known)
                    + (document.guests().size() > 20 ? " and more" : ""));
        }
        throw new UsageException(
                found.size() + " guests on " + document.host().name() + " are called " + wanted + "; give the UUID");
    }

    /** A name is anybody's: of another guest of that name a snapshot says nothing. */
    private static Known sameGuest(Known now, Known then) {
        Observation one = now.get(FactName.GUEST_UUID.key());
        Observation other = then.get(FactName.GUEST_UUID.key());
        if (one.known() && other.known() && !one.text().equalsIgnoreCase(other.text())) {
            throw new UsageException("the facts of --snapshot are of another guest that is called "
                    + Harmless.text(then.name()) + " too: its UUID is " + Harmless.text(other.text()) + ", not "
                    + Harmless.text(one.text()));
        }
        return then;
    }

    private static FactsDocument read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return FactsReader.read(file.toString(), in);
        } catch (UnreadableException e) {
            throw new UsageException(Harmless.text(e.problem().inOneLine()));
        } catch (NoSuchFileException e) {
            throw new UsageException(file + ": there is no such file");
        } catch (IOException e) {
            throw new UsageException(file + ": cannot be read: " + e.getMessage());
        }
    }
}
