package org.nestguard.evidence.view;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a sos report says of its own making, in {@code sos_reports/manifest.json} (sos 4.0 and later): when, and how each
 * command ended.
 *
 * @param at when it was begun
 * @param runs by command line
 */
record SosManifest(Instant at, Map<String, Run> runs) {
    /**
     * One command.
     *
     * @param file where its output lies in the report
     */
    record Run(String file, int status) {}

    private static final String PATH = "sos_reports/manifest.json";

    /** The clock of the host may lie this far before UTC. */
    private static final Duration EASTMOST = Duration.ofHours(14);

    private static final Duration ZONE_STEP = Duration.ofMinutes(15);
    private static final Duration WRITTEN_AFTER_END = Duration.ofMinutes(2);

    /** Shells, timeout(1) and the tools themselves, where sos kept their complaint as if it were their output. */
    private static final Pattern COMPLAINT = Pattern.compile("\\[file omitted\\].*"
            + "|.{0,200}: (?:command )?not found"
            + "|.{0,200}: No such file or directory"
            + "|.{0,200}: [Pp]ermission denied\\.?"
            + "|(?:timeout|env|nice|sh|bash): .*"
            + "|(?:lsmod|libkmod|modprobe|modinfo|libkmod|dmesg|lscpu|virsh|dmidecode): (?:ERROR|error|cannot|failed).*"
            + "|(?:error|ERROR): .*");

    /** The manifest of a report; empty where there is none that can be read. */
    static Optional<SosManifest> in(Path root) {
        Path file = root.resolve(PATH);
        if (Files.isSymbolicLink(file.getParent())
                || !(WholeFile.read(PATH, file, Instant.EPOCH, LinkOption.NOFOLLOW_LINKS)
                        instanceof Artefact.Text text)) {
            return Optional.empty();
        }
        try {
            JsonNode manifest = new ObjectMapper().readTree(text.text());
            Instant written = Files.getLastModifiedTime(file).toInstant();
            Map<String, Run> runs = new HashMap<>();
            for (JsonNode plugin : manifest.at("/components/report/plugins")) {
                for (JsonNode run : plugin.path("commands")) {
                    if (run.path("exec").isTextual()
                            && run.path("filepath").isTextual()
                            && run.path("return_code").isInt()) {
                        runs.putIfAbsent(
                                run.path("exec").asText(),
                                new Run(
                                        run.path("filepath").asText(),
                                        run.path("return_code").asInt()));
                    }
                }
            }
            return begun(manifest, written).map(at -> new SosManifest(at, Map.copyOf(runs)));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * When the report was begun. The manifest tells the host's wall clock without its zone: the zone is the one that puts the
     * end of the run where the file was written. Where none does, as when a copy lost its times, the report counts as being
     * as old as the clock allows in any zone, so that nothing is believed for being fresh.
     */
    private static Optional<Instant> begun(JsonNode manifest, Instant written) {
        try {
            LocalDateTime start =
                    LocalDateTime.parse(manifest.path("start_time").asText().replace(' ', 'T'));
            LocalDateTime end =
                    LocalDateTime.parse(manifest.path("end_time").asText().replace(' ', 'T'));
            for (Duration east = EASTMOST; east.compareTo(Duration.ofHours(-12)) >= 0; east = east.minus(ZONE_STEP)) {
                Duration late = Duration.between(end.toInstant(ZoneOffset.UTC).minus(east), written);
                if (late.abs().compareTo(WRITTEN_AFTER_END) <= 0) {
                    return Optional.of(start.toInstant(ZoneOffset.UTC).minus(east));
                }
            }
            return Optional.of(start.toInstant(ZoneOffset.UTC).minus(EASTMOST));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    Optional<Run> run(String line) {
        return Optional.ofNullable(runs.get(line));
    }

    /** The line that says what went wrong with a command that failed: dmidecode begins with its own name. */
    static String complaint(String text, int bound) {
        String said = text.lines()
                .filter(line -> !line.startsWith("#"))
                .limit(100)
                .reduce("", (lines, line) -> lines + line + "\n");
        return LiveHost.firstLine(said, bound);
    }

    /** Is this what a command complained, not what it found? Only the first line counts: complaints stand there. */
    static boolean isComplaint(String text) {
        return COMPLAINT.matcher(text.lines().findFirst().orElse("").strip()).matches();
    }
}
