package org.nestguard.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.nestguard.catalogue.RuleCard;
import org.nestguard.catalogue.TableException;
import org.nestguard.engine.text.Harmless;
import org.nestguard.engine.waiver.ScopePart;
import org.nestguard.engine.waiver.Waiver;
import org.nestguard.engine.waiver.Waivers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code nestguard waive}: "I know better", said openly and for a time. */
@Command(
        name = "waive",
        description = {
            "Lets pass what a rule forbids, for a time, in somebody's name: writes a waiver into a file that check --waivers"
                    + " reads, or makes it at a service, where it is recorded and holds at every door.",
            "",
            "The verdict stays what it is; the answer says that it is waived, by whom and until when. `nestguard rules show"
                    + " ID` tells whether a rule can be waived. A guest that is let through with a live L2 stays marked as"
                    + " moved with a live L2 until it was seen shut off and then started cold.",
            "",
            "At a service this takes a credential with the role administer, over a Unix socket too. An agent takes no waivers:"
                    + " name the registry."
        },
        footer = {
            "",
            WaiveCommand.STATUS,
            "",
            "Examples:",
            "  nestguard waive --rule passthrough-cpu-differs --guest build-farm-07 \\",
            "      --reason 'same stepping, checked' --owner ann --expires 7d \\",
            "      --file waivers.yaml",
            "  nestguard waive --rule passthrough-cpu-differs --guest build-farm-07 \\",
            "      --scope destination=l0-b --reason '…' --owner ann \\",
            "      --expires 2026-12-31 --registry https://registry:7420 --token ops.token",
            "  nestguard waive list --registry https://registry:7420 --token ops.token",
            "  nestguard waive end 17 --registry https://registry:7420 --token ops.token"
        })
final class WaiveCommand implements Callable<Integer> {
    static final String STATUS =
            "Exit status: 0 done, 1 there is something to look at in the list, 2 not done or usage, 70 the guard itself"
                    + " failed.";

    @Mixin
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private CommonOptions common = new CommonOptions();

    @Option(names = "--rule", paramLabel = "ID", description = "The rule that is waived.")
    private @Nullable String rule;

    @Option(names = "--guest", paramLabel = "NAME", description = "For that guest: the same as --scope guest=NAME.")
    private @Nullable String guest;

    @Option(
            names = "--scope",
            paramLabel = "PARTS",
            description = "What it is for: guest, guestUuid, source, destination or operation, as in"
                    + " guest=g1,destination=l0-b. All parts must fit; * stands for any letters.")
    private List<String> scopes = new ArrayList<>();

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why you know better.")
    private @Nullable String reason;

    @Option(names = "--owner", paramLabel = "NAME", description = "Who answers for it.")
    private @Nullable String owner;

    @Option(
            names = "--expires",
            paramLabel = "WHEN",
            description =
                    "Until when: a date such as 2026-12-31 (to its end, in UTC), a time with Z, or how long from now,"
                            + " such as 12h or 7d.")
    private @Nullable String expires;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "Adds it to that YAML list, which is made where it is not there; all else in it stays.")
    private @Nullable Path file;

    @Mixin
    private GuardOptions guardOptions = new GuardOptions();

    @Mixin
    private ServiceOptions service = new ServiceOptions();

    private final Console console;

    WaiveCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        NewWaiver wanted = new NewWaiver(
                wanted("--rule", rule),
                scope(),
                wanted("--reason", reason),
                wanted("--owner", owner),
                moment(wanted("--expires", expires)));
        if (file == null) {
            new ServiceWaivers(service, console).make(wanted);
        } else if (service.given()) {
            throw new UsageException("say either --file FILE or which service, not both");
        } else {
            inFile(wanted, file);
        }
        return ExitStatus.ofFindings(false);
    }

    private static String wanted(String option, @Nullable String given) {
        if (given == null) {
            throw new UsageException(
                    option + " is missing; a waiver says which rule, what for, why, who answers for it and"
                            + " until when (see nestguard waive --help)");
        }
        return given;
    }

    private String scope() {
        List<String> parts = new ArrayList<>();
        if (guest != null) {
            String part = "guest=" + guest;
            if (ScopePart.readAll(part)
                    .filter(read -> read.size() == 1 && read.get(0).toString().equals(part))
                    .isEmpty()) {
                throw new UsageException("--guest: such a name cannot stand in a scope; say --scope guestUuid=UUID");
            }
            parts.add(part);
        }
        parts.addAll(scopes);
        return wanted("--guest or --scope", parts.isEmpty() ? null : String.join(", ", parts));
    }

    /** A date or a time as it is; how long from now as the time that is then. */
    private static String moment(String text) {
        try {
            return Instant.now()
                    .truncatedTo(ChronoUnit.SECONDS)
                    .plus(new DurationText().convert(text))
                    .toString();
        } catch (TypeConversionException e) {
            return text; // whoever takes the waiver reads it
        }
    }

    private void inFile(NewWaiver wanted, Path place) throws IOException {
        List<RuleCard> rules = guardOptions.guard().rules();
        Waivers weighed = new Waivers(List.of(), rules, Clock.systemUTC());
        Waiver waiver;
        try {
            waiver = Waivers.readOne(
                    "the waiver", new ByteArrayInputStream(wanted.json().getBytes(StandardCharsets.UTF_8)));
        } catch (TableException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
        weighed.vain(waiver).ifPresent(why -> {
            throw new UsageException("it would waive nothing: " + why
                    + "; `nestguard rules list` and `rules show ID` tell which rules can be waived");
        });
        new WaiverFile(place, rules).add(wanted);
        weighed.tooWide(waiver)
                .forEach(why -> console.err().println("nestguard: the waiver is too wide: " + Harmless.text(why)));
    }

    @Command(
            name = "list",
            description =
                    "Lists the waivers of a service, the newest first, with what is to be said of each: expired, never"
                            + " used, too wide.",
            footer = {"", STATUS})
    int list(@Mixin CommonOptions options, @Mixin ServiceOptions which) throws IOException, InterruptedException {
        return ExitStatus.ofFindings(new ServiceWaivers(which, console).list());
    }

    @Command(
            name = "end",
            description = "Ends a waiver of a service; that it was there stays recorded.",
            footer = {"", STATUS})
    int end(
            @Mixin CommonOptions options,
            @Mixin ServiceOptions which,
            @Parameters(paramLabel = "ID", description = "Its number, as list shows it.") long number)
            throws IOException, InterruptedException {
        new ServiceWaivers(which, console).end(number);
        return ExitStatus.ofFindings(false);
    }
}
