package org.nestguard.evidence.artefact;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nestguard.evidence.artefact.PlainLines.Line;

/**
 * {@code /etc/os-release} (os-release(5)).
 *
 * @param id the distribution: {@code debian}
 * @param idLike distributions it is made from, the closest first; empty where none is said
 * @param versionId {@code 12}
 * @param prettyName for people: {@code Debian GNU/Linux 12 (bookworm)}
 */
public record OsRelease(
        Reading<String> id, List<String> idLike, Reading<String> versionId, Reading<String> prettyName) {
    private static final Pattern ASSIGNMENT = Pattern.compile("([A-Z][A-Z0-9_]{0,63})=(.{0,1024})");

    /** Reads the file; of two lines for one name the last counts, as in a shell. */
    public static OsRelease read(String text) {
        PlainLines lines = PlainLines.of(text);
        Map<String, Reading<String>> values = new HashMap<>();
        for (Line line : lines.lines()) {
            Matcher m = ASSIGNMENT.matcher(line.text().strip());
            if (m.matches()) {
                values.put(m.group(1), Reading.said(unquoted(m.group(2)), line.number()));
            }
        }
        return new OsRelease(
                of(values, "ID", lines),
                of(values, "ID_LIKE", lines)
                        .value()
                        .map(l -> List.of(l.split(" +")))
                        .orElse(List.of()),
                of(values, "VERSION_ID", lines),
                of(values, "PRETTY_NAME", lines));
    }

    private static Reading<String> of(Map<String, Reading<String>> values, String name, PlainLines lines) {
        Reading<String> value = values.get(name);
        return value == null || value.value().filter(String::isEmpty).isPresent()
                ? lines.unsaid("no line sets " + name)
                : value;
    }

    private static String unquoted(String value) {
        boolean doubled = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
        boolean single = value.length() >= 2 && value.startsWith("'") && value.endsWith("'");
        String inner = doubled || single ? value.substring(1, value.length() - 1) : value;
        return doubled ? inner.replaceAll("\\\\([\"$`\\\\])", "$1") : inner;
    }
}
