package org.nestguard.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.text.Harmless;
import org.nestguard.evidence.collect.Collector;
import org.nestguard.evidence.host.Below;
import org.nestguard.evidence.host.Platform;
import org.nestguard.evidence.report.BugReport;
import org.nestguard.evidence.report.Kept;
import org.nestguard.evidence.report.Opening;
import org.nestguard.evidence.view.HostView;
import org.nestguard.facts.Level;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nestguard report}: the bundle for a bug report on a nested set-up. */
@Command(
        name = "report",
        description = {
            "Collects what a bug report from a nested set-up needs, at L0 or inside L1, into one tar.gz: versions, command lines,"
                    + " CPU, module parameters, kernel log, and a README that says first that this is a nested set-up.",
            "",
            "Serials, UUIDs, addresses, host and guest names, passwords and tokens are replaced by stand-ins, the same thing by"
                    + " the same one. Make one bundle at L0 and one inside L1; collect, doctor and check read bundles with --root."
        },
        footer = {
            "",
            "Exit status:",
            "  0   whole",
            "  1   incomplete: something could not be read; MANIFEST.tsv in the bundle tells what and why",
            "  2   a tree cannot be read, the bundle cannot be written, or the usage is wrong",
            "  70  the guard itself failed",
            "",
            "Examples:",
            "  nestguard report",
            "  nestguard report --file bug.tar.gz --keep uuids,guest-names"
        })
final class ReportCommand implements Callable<Integer> {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int MOST_SHOWN = 8;

    @Mixin
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private CommonOptions common = new CommonOptions();

    @Mixin
    private HostOption host = new HostOption();

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "Where to write the bundle (default: nestguard-report-LEVEL-TIME.tar.gz, here).")
    private @Nullable Path file;

    @Option(
            names = "--keep",
            paramLabel = "KIND",
            split = ",",
            description = "Leaves these readable: serials, uuids, mac-addresses, ip-addresses, host-names, guest-names."
                    + " Passwords and tokens never are.")
    private List<String> keep = List.of();

    private final Console console;

    ReportCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Set<Kept> kept = kept();
        if (file != null && Files.exists(file) && !Files.isRegularFile(file)) {
            throw new UsageException(file + " is no regular file; it is not replaced");
        }
        BugReport.Outcome outcome;
        try (HostOption.Opened opened = host.open();
                Progress progress = Progress.on(console, "collecting")) {
            HostView view = opened.view();
            Below below = Below.of(view, Platform.of(view));
            Level level = below.guest().orElse(false) ? Level.L1 : Level.L0;
            List<Known> guests = new Collector(
                            Clock.tickMillis(ZoneOffset.UTC), Optional.empty(), Set.of(), (done, all) -> {})
                    .collect(view)
                    .document()
                    .guests();
            Path out = file != null
                    ? file
                    : Path.of("nestguard-report-" + level.word() + "-" + STAMP.format(Instant.now()) + ".tar.gz");
            outcome = BugReport.write(
                    view,
                    out.toAbsolutePath(),
                    new BugReport.Options(
                            level,
                            Opening.of(level, below, guests),
                            kept,
                            (what, done, all) -> progress.of(done, all)));
        }
        console.out().write((outcome.bundle() + "\n").getBytes(StandardCharsets.UTF_8));
        console.out().flush();
        summary(outcome);
        return ExitStatus.ofFindings(!outcome.missing().isEmpty());
    }

    private void summary(BugReport.Outcome outcome) {
        String replaced = outcome.redacted().entrySet().stream()
                .filter(kind -> kind.getValue() > 0)
                .map(kind -> kind.getKey() + " " + kind.getValue())
                .collect(Collectors.joining(", "));
        say(outcome.collected() + " things collected, " + outcome.missing().size() + " missing; replaced: "
                + (replaced.isEmpty() ? "nothing" : replaced));
        outcome.missing().stream()
                .limit(MOST_SHOWN)
                .forEach(missing -> say("missing: " + missing.from() + ": " + missing.why()));
        if (outcome.missing().size() > MOST_SHOWN) {
            say((outcome.missing().size() - MOST_SHOWN) + " more are told in MANIFEST.tsv of the bundle");
        }
        say("look through it before you send it");
    }

    private Set<Kept> kept() {
        Set<Kept> kept = EnumSet.noneOf(Kept.class);
        for (String word : keep) {
            kept.add(Stream.of(Kept.values())
                    .filter(k -> k.word().equals(word))
                    .findFirst()
                    .orElseThrow(() -> new UsageException("--keep " + word + ": must be among "
                            + Stream.of(Kept.values()).map(Kept::word).collect(Collectors.joining(", ")))));
        }
        return kept;
    }

    private void say(String message) {
        console.err().println("nestguard: " + Harmless.text(message));
    }
}
