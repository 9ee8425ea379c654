package org.nestguard.fleet.report.html;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nestguard.catalogue.BuiltTables;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.known.Freshness;
import org.nestguard.engine.waiver.Waivers;
import org.nestguard.facts.Operation;
import org.nestguard.fleet.audit.Asked;
import org.nestguard.fleet.audit.Audit;
import org.nestguard.fleet.audit.To;
import org.nestguard.fleet.history.Trend;
import org.nestguard.fleet.inventory.Inventory;
import org.nestguard.fleet.sample.SampleFleet;

/** Fleets of the tests, and the pages that come of them. */
final class Fleets {
    static final MigrationGuard GUARD = MigrationGuard.create();
    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-23T00:00:00Z"), ZoneOffset.UTC);
    static final Path RACK =
            Path.of(System.getProperty("nestguard.fixtures", "fixtures")).resolve("fleets/rack/fleet.ndjson");

    private Fleets() {}

    static Asked asked(@Nullable String to) {
        return new Asked(
                to == null ? Operation.SAVEVM : Operation.MIGRATE,
                to == null ? null : To.read(to),
                null,
                Freshness.USUAL);
    }

    static Path sample(Path folder, int guests, int hosts) throws IOException {
        Path file = folder.resolve("sample-" + guests + "-" + hosts + ".ndjson");
        try (OutputStream out = Files.newOutputStream(file)) {
            new SampleFleet(guests, hosts, 7).write(out);
        }
        return file;
    }

    /** One section of the page. */
    static String rendered(String template, Map<String, Object> of) {
        StringOutput out = new StringOutput();
        TemplateEngine.createPrecompiled(
                        null,
                        ContentType.Html,
                        HtmlReport.class.getClassLoader(),
                        HtmlReport.class.getPackageName() + ".templates")
                .render(template, of, new HarmlessOutput(out));
        return out.toString();
    }

    static String page(Path fleet, @Nullable String to) throws IOException {
        return page(fleet, to, null, null);
    }

    static String page(Path fleet, @Nullable String to, @Nullable Waivers waivers, @Nullable String ndjson)
            throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Asked asked = asked(to);
        HtmlReport report = new HtmlReport(out, GUARD, asked, BuiltTables.sources(), Trend.NONE, ndjson);
        try (Inventory inventory = Inventory.open(List.of(fleet.toString()), new ByteArrayInputStream(new byte[0]))) {
            new Audit(GUARD, asked, List.of(report), waivers, false, CLOCK, () -> false, bytes -> {}).run(inventory);
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
