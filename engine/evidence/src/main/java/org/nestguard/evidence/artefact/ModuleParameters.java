package org.nestguard.evidence.artefact;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nestguard.evidence.artefact.PlainLines.Line;

/** The live parameters of kernel modules, as {@code grep . /sys/module/*}{@code /parameters/*} prints them. */
public final class ModuleParameters {
    private static final Pattern ENTRY =
            Pattern.compile("(?:\\S{0,200}/)?sys/module/([A-Za-z0-9_-]{1,64})/parameters/([A-Za-z0-9_-]{1,64}):(.*)");
    private static final Pattern INTEGER = Pattern.compile("[+-]?\\d{1,10}");

    private record Name(String module, String parameter) {}

    private final Map<Name, Reading<String>> values;
    private final String otherwise;

    private ModuleParameters(Map<Name, Reading<String>> values, String otherwise) {
        this.values = values;
        this.otherwise = otherwise;
    }

    /** Reads {@code path:value} lines; the last line of a parameter counts. Other lines are passed over. */
    public static ModuleParameters read(String text) {
        PlainLines lines = PlainLines.of(text);
        Map<Name, Reading<String>> values = new LinkedHashMap<>();
        for (Line line : lines.lines()) {
            Matcher m = ENTRY.matcher(line.text().strip());
            if (m.matches()) {
                values.put(
                        new Name(ModuleName.of(m.group(1)), ModuleName.of(m.group(2))),
                        Reading.said(m.group(3).strip(), line.number()));
            }
        }
        return new ModuleParameters(Map.copyOf(values), lines.trouble().orElse("no line is of that parameter"));
    }

    /** The text of a parameter; unsaid where no line is of it, which is not "off". */
    public Reading<String> text(String module, String parameter) {
        Reading<String> value = values.get(new Name(ModuleName.of(module), ModuleName.of(parameter)));
        return value == null ? Reading.unsaid(otherwise) : value;
    }

    /** Whether a parameter is on; unsaid where no line is of it or its text is neither. */
    public Reading<Boolean> on(String module, String parameter) {
        Reading<String> value = text(module, parameter);
        if (value instanceof Reading.Said<String> said) {
            return on(said.what(), said.line());
        }
        return Reading.unsaid(((Reading.Unsaid<String>) value).why());
    }

    /**
     * Whether the text of one file {@code /sys/module/M/parameters/P} says on. A bool prints Y or N, an int a number, of
     * which every one but 0 is on; -1, "decide when loading", is never what a loaded module has settled on.
     */
    public static Reading<Boolean> on(String file) {
        return on(file, 1);
    }

    private static Reading<Boolean> on(String text, int line) {
        String value = text.strip();
        return switch (value) {
            case "Y", "y" -> Reading.said(true, line);
            case "N", "n" -> Reading.said(false, line);
            case "-1" -> Reading.unsaid("-1 stands for \"decide when loading\", not for on or off");
            default ->
                INTEGER.matcher(value).matches()
                        ? Reading.said(Long.parseLong(value) != 0, line)
                        : Reading.unsaid("it is neither Y, N nor a number");
        };
    }
}
