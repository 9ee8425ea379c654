package org.nestguard.catalogue;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.nestguard.facts.Distribution;
import org.nestguard.facts.Distributions;
import org.nestguard.facts.IntelCores;
import org.nestguard.facts.KnownDefect;
import org.nestguard.facts.Tables;
import org.nestguard.facts.Thresholds;
import org.nestguard.facts.Version;
import org.nestguard.facts.VersionRange;
import org.nestguard.facts.Worded;

/** The tables that the rules come with, and the reader for the table of distribution kernels that a site may add to. */
public final class BuiltTables {
    private static final String VERSION = "a version such as 5.3 or 5.4-rc2";
    private static final Set<String> DISTRIBUTION_KEYS = Set.of(
            "id", "name", "pattern", "nestedState", "fromBuild", "buildsOf", "upstreamNumbers", "sure", "source");

    private BuiltTables() {}

    /** Reads the tables that the rules need. @throws TableException where the build has put a broken table there */
    public static Tables load() {
        return new Tables(
                thresholds(BuiltRows.read("floors")),
                new Distributions(distributions(BuiltRows.read("distributions"), false)),
                defects(BuiltRows.read("known-defects")),
                intelCores(BuiltRows.read("intel-cores")));
    }

    /** The sources by key. */
    public static Map<String, Source> sources() {
        Map<String, Source> sources = new LinkedHashMap<>();
        for (TableRow row : BuiltRows.read("sources")) {
            Source source = new Source(
                    row.text("key"),
                    row.text("document"),
                    row.text("section"),
                    row.optional("quote").orElse(null));
            if (sources.put(source.key(), source) != null) {
                throw new TableException(row.place() + ": the key " + source.key() + " is there twice");
            }
        }
        return sources;
    }

    /**
     * The tables with a site's distribution kernels before the built ones: a row with the id of a built row takes its
     * place, others come first.
     *
     * @throws TableException naming the file, line and key that is wrong
     */
    public static Tables withSite(Tables tables, String file, InputStream in) throws IOException {
        List<Distribution> site = distributions(TableReader.read(file, in), true);
        Map<String, Distribution> replaced = new HashMap<>();
        site.forEach(row -> replaced.put(row.id(), row));
        Set<String> built = new HashSet<>();
        List<Distribution> rest = new ArrayList<>();
        for (Distribution row : tables.distributions().rows()) {
            built.add(row.id());
            rest.add(replaced.getOrDefault(row.id(), row));
        }
        List<Distribution> all = new ArrayList<>(
                site.stream().filter(row -> !built.contains(row.id())).toList());
        all.addAll(rest);
        return new Tables(tables.thresholds(), new Distributions(all), tables.defects(), tables.intelCores());
    }

    private static Thresholds thresholds(List<TableRow> rows) {
        Map<String, TableRow> byId = new HashMap<>();
        for (TableRow row : rows) {
            byId.put(row.text("id"), row);
        }
        return new Thresholds(
                from(byId, "kernel-floor"),
                from(byId, "qemu-floor"),
                from(byId, "nested-by-default"),
                from(byId, "hpage-beside-nested"),
                from(byId, "svm-nested-state"),
                range(byId, "qemu-refuses-vmx"),
                range(byId, "qemu-mislabels-svm"),
                range(byId, "misses-l2-pages"));
    }

    private static TableRow row(Map<String, TableRow> rows, String id) {
        TableRow row = rows.get(id);
        if (row == null) {
            throw new TableException("floors.yaml: the row " + id + " is missing");
        }
        return row;
    }

    private static Version from(Map<String, TableRow> rows, String id) {
        return version(row(rows, id), "from");
    }

    private static VersionRange range(Map<String, TableRow> rows, String id) {
        return new VersionRange(from(rows, id), version(row(rows, id), "below"));
    }

    private static Version version(TableRow row, String key) {
        return row.read(key, Version.read(row.text(key)), VERSION);
    }

    private static List<Distribution> distributions(List<TableRow> rows, boolean site) {
        Set<String> ids = new HashSet<>();
        List<Distribution> distributions = new ArrayList<>();
        for (TableRow row : rows) {
            row.only(DISTRIBUTION_KEYS);
            Distribution distribution = distribution(row, site);
            if (!ids.add(distribution.id())) {
                throw new TableException(row.place() + ": the id " + distribution.id() + " is there twice");
            }
            distributions.add(distribution);
        }
        return distributions;
    }

    private static Distribution distribution(TableRow row, boolean site) {
        Distribution.NestedState state = row.read(
                "nestedState",
                Worded.read(Distribution.NestedState.class, row.text("nestedState")),
                "one of " + Worded.words(Distribution.NestedState.class));
        boolean fromBuild = state == Distribution.NestedState.FROM_BUILD;
        return new Distribution(
                row.text("id"),
                row.text("name"),
                row.read("pattern", pattern(row.text("pattern")), "a regular expression of at most 500 characters"),
                state,
                fromBuild
                        ? OptionalInt.of(row.read("fromBuild", number(row.text("fromBuild")), "a whole number"))
                        : OptionalInt.empty(),
                fromBuild ? version(row, "buildsOf") : null,
                row.flag("upstreamNumbers"),
                row.flag("sure"),
                row.text("source"),
                site);
    }

    private static Map<String, KnownDefect> defects(List<TableRow> rows) {
        Map<String, KnownDefect> defects = new LinkedHashMap<>();
        for (TableRow row : rows) {
            KnownDefect defect = new KnownDefect(
                    row.text("id"),
                    row.read(
                            "component",
                            Worded.read(KnownDefect.Component.class, row.text("component")),
                            "one of " + Worded.words(KnownDefect.Component.class)),
                    ranges(row),
                    row.text("summary"),
                    row.text("fixed"),
                    row.text("source"));
            defects.put(defect.id(), defect);
        }
        return defects;
    }

    private static List<VersionRange> ranges(TableRow row) {
        List<VersionRange> ranges = new ArrayList<>();
        for (String text : row.list("ranges")) {
            ranges.add(range(row, text));
        }
        return List.copyOf(ranges);
    }

    private static VersionRange range(TableRow row, String text) {
        int dots = text.indexOf("..");
        Optional<Version> from = dots < 0 ? Optional.empty() : Version.read(text.substring(0, dots));
        Optional<Version> below = text.endsWith("..")
                ? Optional.of(VersionRange.NO_END)
                : dots < 0 ? Optional.empty() : Version.read(text.substring(dots + 2));
        if (from.isEmpty() || below.isEmpty()) {
            throw new TableException(row.place() + ": ranges must be FROM..BELOW, not \"" + text + "\"");
        }
        return new VersionRange(from.get(), below.get());
    }

    private static IntelCores intelCores(List<TableRow> rows) {
        Map<String, TableRow> byGeneration = new HashMap<>();
        for (TableRow row : rows) {
            byGeneration.put(row.text("generation"), row);
        }
        TableRow newer = byGeneration.get("newer");
        TableRow older = byGeneration.get("older");
        if (newer == null || older == null) {
            throw new TableException("intel-cores.yaml: the rows newer and older are needed");
        }
        return new IntelCores(models(newer), models(older), names(newer), names(older));
    }

    private static Set<Integer> models(TableRow row) {
        Set<Integer> models = new HashSet<>();
        for (String model : row.list("models")) {
            models.add(Integer.valueOf(model));
        }
        return Set.copyOf(models);
    }

    private static List<Pattern> names(TableRow row) {
        List<Pattern> names = new ArrayList<>();
        for (String name : row.list("names")) {
            names.add(Pattern.compile(name));
        }
        return List.copyOf(names);
    }

    private static Optional<Pattern> pattern(String text) {
        try {
            return text.length() <= 500 ? Optional.of(Pattern.compile(text)) : Optional.empty();
        } catch (PatternSyntaxException e) {
            return Optional.empty();
        }
    }

    private static Optional<Integer> number(String text) {
        return text.matches("\\d{1,8}") ? Optional.of(Integer.valueOf(text)) : Optional.empty();
    }
}
