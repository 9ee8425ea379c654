package org.nestguard.server.http;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Prometheus's text, read as strictly as it is described: every line is a sample, its help or its type, in order, once. */
public final class PrometheusText {
    private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
    private static final String LABEL = "([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\n]|\\\\[\\\\\"n])*)\"";
    private static final Pattern ABOUT = Pattern.compile("# (HELP|TYPE) (" + NAME + ") (.+)");
    private static final Pattern SAMPLE =
            Pattern.compile("(" + NAME + ")(?:\\{(" + LABEL + "(?:," + LABEL + ")*)?\\})? (\\S+)");
    private static final Pattern ONE_LABEL = Pattern.compile(LABEL);
    private static final Set<String> TYPES = Set.of("counter", "gauge", "histogram", "summary", "untyped");

    private final Map<String, Double> samples = new LinkedHashMap<>();
    private final Map<String, String> types = new LinkedHashMap<>();
    private final Set<String> helped = new HashSet<>();
    private String family = "";

    /** All samples, by name and sorted labels, such as {@code up{host="a"}}. */
    public static Map<String, Double> read(String text) {
        if (!text.endsWith("\n")) {
            throw new AssertionError("the last line does not end");
        }
        PrometheusText read = new PrometheusText();
        text.lines().forEach(read::line);
        read.histograms();
        return read.samples;
    }

    private void line(String line) {
        Matcher about = ABOUT.matcher(line);
        if (about.matches()) {
            about(about.group(1), about.group(2), about.group(3), line);
            return;
        }
        Matcher sample = SAMPLE.matcher(line);
        if (!sample.matches()) {
            throw new AssertionError("neither sample nor help nor type: " + line);
        }
        Map<String, String> labels = new TreeMap<>();
        Matcher label = ONE_LABEL.matcher(sample.group(2) == null ? "" : sample.group(2));
        while (label.find()) {
            if (labels.put(label.group(1), label.group(2)) != null) {
                throw new AssertionError("a label twice: " + line);
            }
        }
        String name = sample.group(1);
        if (!belongs(name)) {
            throw new AssertionError("a sample of no family, or out of its place: " + line);
        }
        String value = sample.group(7);
        double number = value.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(value);
        if (samples.put(key(name, labels), number) != null) {
            throw new AssertionError("twice: " + line);
        }
    }

    private void about(String what, String name, String rest, String line) {
        if (what.equals("TYPE")) {
            if (!TYPES.contains(rest) || types.put(name, rest) != null || !name.equals(family)) {
                throw new AssertionError("no such type, twice, or without help: " + line);
            }
            if (rest.equals("counter") && !name.endsWith("_total")) {
                throw new AssertionError("a counter ends in _total: " + line);
            }
        } else if (!helped.add(name)) {
            throw new AssertionError("help twice: " + line);
        }
        family = name;
    }

    private boolean belongs(String name) {
        return "histogram".equals(types.get(family))
                ? List.of(family + "_bucket", family + "_sum", family + "_count")
                        .contains(name)
                : types.containsKey(family) && name.equals(family);
    }

    private static String key(String name, Map<String, String> labels) {
        StringBuilder key = new StringBuilder(name);
        if (!labels.isEmpty()) {
            key.append('{');
            labels.forEach((label, value) ->
                    key.append(label).append("=\"").append(value).append("\","));
            key.setCharAt(key.length() - 1, '}');
        }
        return key.toString();
    }

    /** The buckets of a histogram only grow, and the last has all. */
    private void histograms() {
        types.forEach((name, type) -> {
            if (type.equals("histogram")) {
                double before = 0;
                for (Map.Entry<String, Double> sample : samples.entrySet()) {
                    if (sample.getKey().startsWith(name + "_bucket{")) {
                        if (sample.getValue() < before) {
                            throw new AssertionError("a bucket has less than the one before: " + sample);
                        }
                        before = sample.getValue();
                    }
                }
                if (!Objects.equals(samples.get(name + "_bucket{le=\"+Inf\"}"), samples.get(name + "_count"))) {
                    throw new AssertionError("the last bucket of " + name + " has not all");
                }
            }
        });
    }
}
