package org.nestguard.evidence.artefact;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nestguard.evidence.artefact.PlainLines.Line;

/**
 * {@code /proc/sysinfo} of s390x: the machine, the LPAR and each hypervisor below this kernel (STSI).
 *
 * @param machineType four digits: {@code 2964}
 * @param lparName the LPAR's name
 * @param levels hypervisors below, the innermost first; empty in an LPAR, and where the text is no sysinfo
 */
public record SysInfo(Reading<String> machineType, Reading<String> lparName, List<VmLevel> levels) {
    private static final Pattern VM = Pattern.compile("VM(\\d\\d) (Name|Control Program)");

    /**
     * A guest's level.
     *
     * @param name the guest's name there
     * @param controlProgram the hypervisor that runs it: {@code KVM/Linux}, {@code z/VM 6.4.0}
     */
    public record VmLevel(Reading<String> name, Reading<String> controlProgram) {}

    /** Reads the file. */
    public static SysInfo read(String text) {
        PlainLines lines = PlainLines.of(text);
        TreeMap<Integer, VmLevel> levels = new TreeMap<>();
        Reading<String> type = lines.unsaid("no line begins with Type");
        Reading<String> lpar = lines.unsaid("no line begins with LPAR Name");
        for (Line line : lines.lines()) {
            String key = line.key().orElse("");
            if (key.equals("Type") && type.value().isEmpty()) {
                type = said(line);
            } else if (key.equals("LPAR Name") && lpar.value().isEmpty()) {
                lpar = said(line);
            }
            Matcher vm = VM.matcher(key);
            if (vm.matches()) {
                int number = Integer.parseInt(vm.group(1));
                VmLevel level = levels.getOrDefault(number, new VmLevel(unnamed("Name"), unnamed("Control Program")));
                levels.put(
                        number,
                        vm.group(2).equals("Name")
                                ? new VmLevel(said(line), level.controlProgram())
                                : new VmLevel(level.name(), said(line)));
            }
        }
        return new SysInfo(type, lpar, List.copyOf(new ArrayList<>(levels.values())));
    }

    /** Whether a hypervisor other than the LPAR's is below; unsaid where the text is no sysinfo. */
    public Reading<Boolean> inGuest() {
        return levels.isEmpty() ? lparName.map(l -> false) : Reading.said(true, 0);
    }

    private static Reading<String> said(Line line) {
        String value = line.value().replaceAll("[ \t]+", " ");
        return value.isEmpty()
                ? Reading.unsaid("line " + line.number() + " has no value")
                : Reading.said(value, line.number());
    }

    private static Reading<String> unnamed(String what) {
        return Reading.unsaid("no line has the " + what + " of that level");
    }
}
