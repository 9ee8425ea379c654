package org.nestguard.evidence.artefact;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.nestguard.evidence.artefact.PlainLines.Line;

/**
 * What {@code lscpu} or {@code lscpu -J} printed, in English: it translates the names of its lines.
 *
 * @param architecture as {@code uname -m} has it
 * @param vendorId the vendor's own name
 * @param modelName the CPU as its maker calls it; lscpu prints {@code -} where it knows none, which is unsaid
 * @param cpus how many CPUs there are
 * @param virtualization {@code VT-x} or {@code AMD-V}, where lscpu says so
 * @param extension what the flags offer a hypervisor
 * @param hypervisorVendor {@code KVM}, {@code Oracle}, …; {@code IBM} for the hypervisor of an LPAR too
 * @param hypervisor its name in full, which s390x alone tells: {@code KVM/Linux}, {@code PR/SM}
 * @param virtualizationType {@code full}, {@code para}, …
 */
public record Lscpu(
        Reading<String> architecture,
        Reading<String> vendorId,
        Reading<String> modelName,
        Reading<Integer> cpus,
        Reading<String> virtualization,
        Reading<OfferedExtension> extension,
        Reading<String> hypervisorVendor,
        Reading<String> hypervisor,
        Reading<String> virtualizationType) {

    private static final Pattern COUNT = Pattern.compile("\\d{1,6}");
    private static final int MOST_FIELDS = 2_000;

    /** A field's value and the line it stands on; 0 in JSON. */
    private record Entry(String value, int line) {}

    /** Reads either form. */
    public static Lscpu read(String text) {
        return text.stripLeading().startsWith("{") ? json(text) : plain(text);
    }

    /**
     * Whether a hypervisor other than an LPAR's is below. That lscpu names none says so only where it shows VT-x or AMD-V:
     * of a guest of Power or Loongson it says nothing either way.
     */
    public Reading<Boolean> inGuest() {
        if (hypervisor.value().filter("PR/SM"::equals).isPresent()) {
            return hypervisor.map(h -> false);
        }
        if (virtualizationType.value().filter("container"::equals).isPresent()) {
            return Reading.unsaid("lscpu names the container, not what is below the kernel");
        }
        if (hypervisorVendor.value().isPresent()) {
            // IBM is the vendor of z/VM and of the LPAR's hypervisor alike
            return hypervisor.value().isEmpty()
                            && hypervisorVendor.value().filter("IBM"::equals).isPresent()
                    ? Reading.unsaid("lscpu names the hypervisor's vendor, IBM, but not the hypervisor")
                    : hypervisorVendor.map(v -> true);
        }
        return virtualization.value().isPresent()
                ? virtualization.map(v -> false)
                : Reading.unsaid("lscpu names no hypervisor and shows no virtualization extension");
    }

    private static Lscpu plain(String text) {
        PlainLines lines = PlainLines.of(text);
        Map<String, Entry> fields = new TreeMap<>();
        List<Line> all = lines.lines();
        int longest = all.stream().mapToInt(l -> l.text().length()).max().orElse(0);
        for (int i = 0; i < all.size(); i++) {
            Line line = all.get(i);
            Optional<String> key = line.key();
            if (line.text().startsWith("#")) {
                break; // from here on it is the table of lscpu -p
            }
            if (key.isEmpty() || fields.size() == MOST_FIELDS) {
                continue;
            }
            int wrapped = i + 1;
            int column = line.text().length() - after(line.text()).length();
            while (wrapped < all.size() && continues(all.get(wrapped).text(), column)) {
                wrapped++;
            }
            fields.putIfAbsent(
                    key.get(), new Entry(unwrapped(all.subList(i, wrapped), column, longest), line.number()));
            i = wrapped - 1;
        }
        return of(fields, lines.trouble().orElse("no such line"));
    }

    private static String after(String line) {
        return line.substring(line.indexOf(':') + 1).stripLeading();
    }

    /** A wrapped value goes on below where it began. Nothing else is that far to the right without a name before it. */
    private static boolean continues(String line, int column) {
        return column > 8 && line.length() > column && line.substring(0, column).isBlank();
    }

    /** The terminal's width cut the value in the midst of a word; a blank at the end of a line is lost with the wrapping. */
    private static String unwrapped(List<Line> lines, int column, int longest) {
        StringBuilder value = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            String part = lines.get(i)
                    .text()
                    .substring(Math.min(column, lines.get(i).text().length()));
            value.append(part);
            if (i < lines.size() - 1) {
                value.append(" ".repeat(Math.max(0, longest - column - part.length())));
            }
        }
        return value.toString().strip();
    }

    private static Lscpu json(String text) {
        Map<String, Entry> fields = new TreeMap<>();
        try (JsonParser parser = new JsonFactory().createParser(text)) {
            List<@Nullable String> names = new ArrayList<>();
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                switch (token) {
                    case START_OBJECT -> names.add(null);
                    case END_OBJECT -> names.remove(names.size() - 1);
                    case VALUE_STRING -> {
                        String member = parser.currentName();
                        int depth = names.size() - 1;
                        if ("field".equals(member)) {
                            String name = parser.getText();
                            names.set(depth, name.endsWith(":") ? name.substring(0, name.length() - 1) : name);
                        } else if ("data".equals(member) && names.get(depth) != null && fields.size() < MOST_FIELDS) {
                            fields.putIfAbsent(
                                    names.get(depth), new Entry(parser.getText().strip(), 0));
                        }
                    }
                    default -> {}
                }
            }
        } catch (IOException e) {
            return of(Map.of(), "it begins like JSON but is none: " + firstLine(e));
        }
        return of(fields, "no such field");
    }

    private static String firstLine(IOException e) {
        String message = e.getMessage() == null ? "" : e.getMessage();
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }

    private static Lscpu of(Map<String, Entry> fields, String otherwise) {
        return new Lscpu(
                field(fields, "Architecture", otherwise),
                field(fields, "Vendor ID", otherwise),
                field(fields, "Model name", otherwise),
                cpus(fields, otherwise),
                field(fields, "Virtualization", otherwise),
                field(fields, "Flags", otherwise).map(Lscpu::extension),
                field(fields, "Hypervisor vendor", otherwise),
                field(fields, "Hypervisor", otherwise),
                field(fields, "Virtualization type", otherwise));
    }

    private static Reading<String> field(Map<String, Entry> fields, String name, String otherwise) {
        Entry entry = fields.get(name);
        return entry == null || entry.value().isEmpty() || entry.value().equals("-")
                ? Reading.unsaid(otherwise + ": " + name)
                : Reading.said(entry.value(), entry.line());
    }

    private static Reading<Integer> cpus(Map<String, Entry> fields, String otherwise) {
        Reading<String> text = field(fields, "CPU(s)", otherwise);
        return text.value().filter(t -> !COUNT.matcher(t).matches()).isPresent()
                ? Reading.unsaid("CPU(s) is no number")
                : text.map(Integer::valueOf);
    }

    private static OfferedExtension extension(String flags) {
        List<String> words = List.of(flags.split("[ \t]+"));
        for (OfferedExtension extension : List.of(OfferedExtension.VMX, OfferedExtension.SVM, OfferedExtension.SIE)) {
            if (words.contains(extension.word())) {
                return extension;
            }
        }
        return OfferedExtension.NONE;
    }
}
