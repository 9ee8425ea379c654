package org.nestguard.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nestguard.catalogue.BuiltTables;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.fleet.audit.Asked;
import org.nestguard.fleet.audit.Report;
import org.nestguard.fleet.history.Trend;
import org.nestguard.fleet.report.CsvReport;
import org.nestguard.fleet.report.JsonReport;
import org.nestguard.fleet.report.JunitReport;
import org.nestguard.fleet.report.NdjsonReport;
import org.nestguard.fleet.report.SarifReport;
import org.nestguard.fleet.report.TextReport;
import org.nestguard.fleet.report.html.HtmlReport;

/**
 * One output of an audit: a format, and where it goes. A file is whole or not there: it is written beside its place first,
 * for it may be larger than the memory.
 */
final class AuditOutput implements AutoCloseable {
    /** What the name of a file ends in that is of a part of a fleet. */
    static final String INTERRUPTED = ".interrupted";

    private final Format format;
    private final @Nullable Path file;
    private final @Nullable Path beside;
    private final OutputStream out;

    /** How an audit is told. */
    enum Format {
        TEXT,
        JSON,
        NDJSON,
        CSV,
        JUNIT,
        SARIF,
        HTML;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @param said {@code FORMAT} or {@code FORMAT=FILE} */
    AuditOutput(String said, Console console) throws IOException {
        int equals = said.indexOf('=');
        format = format(equals < 0 ? said : said.substring(0, equals));
        if (equals < 0) {
            file = null;
            beside = null;
            out = new BufferedOutputStream(console.out(), 1 << 16);
        } else {
            Path named = Path.of(said.substring(equals + 1));
            if (Files.exists(named) && !Files.isRegularFile(named)) {
                throw new UsageException(named + " is no regular file; it is not replaced");
            }
            file = named;
            beside = Files.createTempFile(named.toAbsolutePath().getParent(), "." + named.getFileName() + ".", ".part");
            out = new BufferedOutputStream(Files.newOutputStream(beside), 1 << 16);
        }
    }

    private static Format format(String name) {
        for (Format format : Format.values()) {
            if (format.toString().equals(name)) {
                return format;
            }
        }
        throw new UsageException(
                "-o takes text, json, ndjson, csv, junit, sarif or html, or one of them with =FILE; not " + name);
    }

    boolean standardOutput() {
        return file == null;
    }

    /** Whether both go to one place, where the later would replace the other. */
    boolean in(AuditOutput other) {
        return file == null
                ? other.file == null
                : other.file != null
                        && file.toAbsolutePath()
                                .normalize()
                                .equals(other.file.toAbsolutePath().normalize());
    }

    /**
     * What writes it.
     *
     * @param outputs all of this audit: the page leads to the file that has each guest
     * @param before what came of the same question before
     */
    Report report(MigrationGuard guard, Asked asked, int width, List<AuditOutput> outputs, Trend before)
            throws IOException {
        if (!asked.whatIf().isEmpty() && (format == Format.JUNIT || format == Format.SARIF)) {
            throw new UsageException(
                    "-o " + format
                            + " is read by programs that take it for what is; leave it or --what-if out, or take another format");
        }
        return switch (format) {
            case TEXT -> new TextReport(out, width, guard.rules());
            case JSON -> new JsonReport(out);
            case NDJSON -> new NdjsonReport(out, asked);
            case CSV -> new CsvReport(out, asked);
            case JUNIT -> new JunitReport(out, asked, guard.rules());
            case HTML -> new HtmlReport(out, guard, asked, BuiltTables.sources(), before, linkToGuests(outputs));
            case SARIF -> new SarifReport(out, asked, guard.version().version(), guard.rules(), BuiltTables.sources());
        };
    }

    /** From this file to the one that has each guest; null where one of the two is no file. */
    private @Nullable String linkToGuests(List<AuditOutput> outputs) {
        for (AuditOutput other : outputs) {
            if (other.format == Format.NDJSON && other.file != null && file != null) {
                Path folder =
                        Objects.requireNonNull(file.toAbsolutePath().normalize().getParent(), "a file is in a folder");
                Path way = folder.relativize(other.file.toAbsolutePath().normalize());
                try {
                    // a name that begins like an address is none with a folder before it
                    return new URI(null, null, "./" + way, null).toASCIIString();
                } catch (URISyntaxException e) {
                    return null;
                }
            }
        }
        return null;
    }

    /**
     * All is written: puts a file in its place, or what is of a part of a fleet beside it, where nobody takes it for a whole one.
     */
    void end(boolean whole) throws IOException {
        out.flush();
        if (beside != null && file != null) {
            out.close();
            Path place = whole ? file : file.resolveSibling(file.getFileName() + INTERRUPTED);
            Files.move(beside, place, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    @Override
    public void close() throws IOException {
        if (beside != null) {
            out.close();
            Files.deleteIfExists(beside);
        }
    }
}
