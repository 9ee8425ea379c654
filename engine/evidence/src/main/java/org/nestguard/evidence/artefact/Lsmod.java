package org.nestguard.evidence.artefact;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.nestguard.evidence.artefact.PlainLines.Line;

/**
 * The loaded modules, as {@code lsmod} prints them or {@code /proc/modules} has them; a part of that list serves too.
 *
 * @param modules in order
 * @param complaints lines that are no module, each with its number, and why nothing was read where nothing was
 */
public record Lsmod(List<LoadedModule> modules, List<String> complaints) {
    /** On x86 and Power these make KVM work; {@code kvm} alone does not. On s390x there is {@code kvm} alone. */
    private static final Set<String> OF_A_VENDOR = Set.of("kvm_intel", "kvm_amd", "kvm_hv", "kvm_pr", "kvm_pvm");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern SIZE = Pattern.compile("\\d{1,18}");
    private static final int MOST_COMPLAINTS = 20;

    /**
     * A module.
     *
     * @param name with underscores
     * @param uses the third column; it is no number in a kernel that cannot unload
     * @param usedBy modules that use it
     * @param line where it stands
     */
    public record LoadedModule(String name, Reading<Integer> uses, List<String> usedBy, int line) {}

    /** Reads either form. */
    public static Lsmod read(String text) {
        PlainLines lines = PlainLines.of(text);
        List<LoadedModule> modules = new ArrayList<>();
        List<String> complaints = new ArrayList<>();
        lines.trouble().ifPresent(complaints::add);
        for (Line line : lines.lines()) {
            if (line.text().isBlank()) {
                continue;
            }
            String[] words = line.text().strip().split("[ \t]+", 8);
            if (words[0].equals("Module") && line.text().contains("Used by")) {
                continue;
            }
            if (words.length < 3
                    || !NAME.matcher(words[0]).matches()
                    || !SIZE.matcher(words[1]).matches()) {
                if (complaints.size() < MOST_COMPLAINTS) {
                    complaints.add("line " + line.number() + " is no module");
                }
                continue;
            }
            modules.add(new LoadedModule(
                    ModuleName.of(words[0]),
                    Refcount.uses(words[2], line.number()),
                    words.length < 4 ? List.of() : usedBy(words[3]),
                    line.number()));
        }
        return new Lsmod(List.copyOf(modules), List.copyOf(complaints));
    }

    private static List<String> usedBy(String column) {
        return Arrays.stream(column.split(","))
                .filter(n -> NAME.matcher(n).matches() && !n.equals("-"))
                .map(ModuleName::of)
                .toList();
    }

    /** The module of that name, hyphens and underscores being the same. */
    public Optional<LoadedModule> module(String name) {
        String sought = ModuleName.of(name);
        return modules.stream().filter(m -> m.name().equals(sought)).findFirst();
    }

    /** The module that makes KVM work on x86 and Power; empty there: KVM runs no guest, even with {@code kvm} loaded. */
    public Optional<LoadedModule> vendorModule() {
        return modules.stream().filter(m -> OF_A_VENDOR.contains(m.name())).findFirst();
    }
}
