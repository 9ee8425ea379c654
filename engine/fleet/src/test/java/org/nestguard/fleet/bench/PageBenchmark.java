package org.nestguard.fleet.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import org.nestguard.catalogue.BuiltTables;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.known.Freshness;
import org.nestguard.facts.Operation;
import org.nestguard.fleet.audit.Asked;
import org.nestguard.fleet.audit.Audit;
import org.nestguard.fleet.audit.Report;
import org.nestguard.fleet.audit.To;
import org.nestguard.fleet.history.Trend;
import org.nestguard.fleet.inventory.Inventory;
import org.nestguard.fleet.report.html.Chromium;
import org.nestguard.fleet.report.html.HtmlReport;
import org.nestguard.fleet.sample.SampleFleet;

/**
 * How large the page of a large fleet is, what it costs beside the audit alone, and how soon Chromium lets somebody use it.
 * Arguments: how many guests, how many hosts, where to (default: 100000, 10000, all). The page stays in {@code target}.
 */
public final class PageBenchmark {
    private static final int ROUNDS = 3;

    private PageBenchmark() {}

    /** Runs it. */
    public static void main(String[] args) throws IOException {
        int guests = args.length > 0 ? Integer.parseInt(args[0]) : 100_000;
        int hosts = args.length > 1 ? Integer.parseInt(args[1]) : 10_000;
        To to = To.read(args.length > 2 ? args[2] : "all");
        Asked asked = new Asked(Operation.MIGRATE, to, null, Freshness.USUAL);
        Path fleet = Files.createTempFile("nestguard-bench-", ".ndjson");
        Path page = Path.of("target", "large.html");
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(fleet), 1 << 16)) {
                new SampleFleet(guests, hosts, 7).write(out);
            }
            MigrationGuard guard = MigrationGuard.create();
            double alone = audited(fleet, guard, asked, List.of());
            double with;
            try (OutputStream out = Files.newOutputStream(page)) {
                with = audited(
                        fleet,
                        guard,
                        asked,
                        List.of(new HtmlReport(out, guard, asked, BuiltTables.sources(), Trend.NONE, null)));
            }
            System.out.printf(
                    Locale.ROOT,
                    "%,d guests on %,d hosts to %s: audit alone %.1f s, with the page %.1f s, %.2f times; %,d bytes%n",
                    guests,
                    hosts,
                    to,
                    alone,
                    with,
                    with / alone,
                    Files.size(page));
        } finally {
            Files.delete(fleet);
        }
        seen(page);
    }

    private static double audited(Path file, MigrationGuard guard, Asked asked, List<Report> reports)
            throws IOException {
        long begin = System.nanoTime();
        try (Inventory inventory = Inventory.open(List.of(file.toString()), System.in)) {
            new Audit(guard, asked, reports, null, false, Clock.systemUTC(), () -> false, bytes -> {}).run(inventory);
        }
        return (System.nanoTime() - begin) / 1e9;
    }

    private static void seen(Path page) {
        try (Chromium chromium = new Chromium()) {
            for (int round = 1; round <= ROUNDS; round++) {
                long begin = System.nanoTime();
                chromium.open(page.toAbsolutePath());
                double open = (System.nanoTime() - begin) / 1e6;
                Object loaded =
                        chromium.said("return Math.round(performance.getEntriesByType('navigation')[0].loadEventEnd)");
                Object filtered = chromium.said("""
                        const begin = performance.now();
                        const text = document.getElementById('text');
                        text.value = text.value ? '' : 'web';
                        text.dispatchEvent(new Event('input', {bubbles: true}));
                        document.body.getBoundingClientRect();
                        return Math.round(performance.now() - begin)""");
                Object told = chromium.said("""
                        const begin = performance.now();
                        document.querySelector('#grid td a').focus();
                        document.body.getBoundingClientRect();
                        return Math.round(performance.now() - begin)""");
                System.out.printf(
                        Locale.ROOT,
                        "round %d: open after %.0f ms (load event at %s ms), a search takes %s ms, a cell %s ms%n",
                        round,
                        open,
                        loaded,
                        filtered,
                        told);
            }
        }
    }
}
