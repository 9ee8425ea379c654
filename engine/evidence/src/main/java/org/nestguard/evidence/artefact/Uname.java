package org.nestguard.evidence.artefact;

import java.util.List;
import java.util.regex.Pattern;
import org.nestguard.evidence.artefact.PlainLines.Line;
import org.nestguard.facts.KernelRelease;

/**
 * What {@code uname -a} or {@code uname -r} printed.
 *
 * @param release the running kernel's release
 * @param node the host's name; only {@code -a} has it
 * @param build the kernel's build, from {@code #} on: for Debian and Ubuntu the true point release stands in it
 * @param machine the architecture as {@code uname -m} has it; only {@code -a} has it
 */
public record Uname(
        Reading<KernelRelease> release, Reading<String> node, Reading<String> build, Reading<String> machine) {
    private static final String ONLY_ALL = "only uname -a says so";
    private static final Pattern MACHINE = Pattern.compile(
            "x86_64|amd64|i[3-6]86|athlon|aarch64|arm[a-z0-9]{0,10}|s390x?"
                    + "|ppc(?:64)?(?:le)?|riscv(?:32|64)|loongarch(?:32|64)|mips[a-z0-9]{0,10}|sparc(?:64)?|ia64|alpha|unknown");

    /** Reads one line of either form. */
    public static Uname read(String text) {
        PlainLines lines = PlainLines.of(text);
        List<Line> written =
                lines.lines().stream().filter(l -> !l.text().isBlank()).toList();
        if (written.size() != 1) {
            return nothing(lines.trouble().orElse("it has " + written.size() + " lines instead of one"));
        }
        Line line = written.get(0);
        List<String> words = List.of(line.text().strip().split("[ \t]+"));
        if (words.size() == 1) {
            return new Uname(
                    release(words.get(0), line.number()),
                    Reading.unsaid(ONLY_ALL),
                    Reading.unsaid(ONLY_ALL),
                    Reading.unsaid(ONLY_ALL));
        }
        if (!words.get(0).equals("Linux")) {
            return nothing("it does not begin with Linux");
        }
        Reading<String> node = Reading.said(words.get(1), line.number());
        if (words.size() == 2) {
            return new Uname(
                    Reading.unsaid("the line ends before the kernel release"),
                    node,
                    Reading.unsaid("the line ends before the kernel's build"),
                    Reading.unsaid("the line ends before the machine"));
        }
        List<String> rest = words.subList(3, words.size());
        int machine = machine(rest);
        return new Uname(
                release(words.get(2), line.number()),
                node,
                rest.isEmpty() || !rest.get(0).startsWith("#")
                        ? Reading.unsaid("no word begins with #")
                        : Reading.said(
                                String.join(" ", rest.subList(0, machine < 0 ? rest.size() : machine)), line.number()),
                machine < 0
                        ? Reading.unsaid("no word at the end is an architecture")
                        : Reading.said(rest.get(machine), line.number()));
    }

    /** The first of the words at the end that name machine, processor and platform; they stand before the system's name. */
    private static int machine(List<String> words) {
        int last = words.size() - 1;
        if (last >= 0 && !MACHINE.matcher(words.get(last)).matches()) {
            last--;
        }
        int first = -1;
        for (int i = last;
                i >= 0 && i > last - 3 && MACHINE.matcher(words.get(i)).matches();
                i--) {
            first = i;
        }
        return first;
    }

    private static Reading<KernelRelease> release(String word, int line) {
        return KernelRelease.read(word)
                .map(r -> Reading.said(r, line))
                .orElse(Reading.unsaid("what stands in the kernel release's place is none"));
    }

    private static Uname nothing(String why) {
        return new Uname(Reading.unsaid(why), Reading.unsaid(why), Reading.unsaid(why), Reading.unsaid(why));
    }
}
