package org.nestguard.evidence.artefact;

import org.nestguard.facts.KernelRelease;

/**
 * {@code /proc/version}: the kernel's banner.
 *
 * @param release the running kernel's release
 * @param builder who built it: {@code mockbuild@builder.example.org}
 * @param build from the {@code #} to the end of the line: for Debian the true point release stands in it
 */
public record ProcVersion(Reading<KernelRelease> release, Reading<String> builder, Reading<String> build) {
    private static final String BEGINNING = "Linux version ";

    /** Reads the first line that is not blank. */
    public static ProcVersion read(String text) {
        PlainLines lines = PlainLines.of(text);
        return lines.lines().stream()
                .filter(l -> !l.text().isBlank())
                .findFirst()
                .filter(l -> l.text().strip().startsWith(BEGINNING))
                .map(l -> banner(l.text().strip().substring(BEGINNING.length()), l.number()))
                .orElseGet(() -> {
                    String why = lines.trouble().orElse("it does not begin with Linux version");
                    return new ProcVersion(Reading.unsaid(why), Reading.unsaid(why), Reading.unsaid(why));
                });
    }

    private static ProcVersion banner(String rest, int line) {
        int blank = rest.indexOf(' ');
        String word = blank < 0 ? rest : rest.substring(0, blank);
        int open = rest.indexOf('(');
        int close = rest.indexOf(')', open + 1);
        int build = rest.lastIndexOf(" #");
        return new ProcVersion(
                KernelRelease.read(word)
                        .map(r -> Reading.said(r, line))
                        .orElse(Reading.unsaid("what stands in the kernel release's place is none")),
                open < 0 || close < 0
                        ? Reading.unsaid("nothing stands in brackets")
                        : Reading.said(rest.substring(open + 1, close), line),
                build < 0 ? Reading.unsaid("no word begins with #") : Reading.said(rest.substring(build + 1), line));
    }
}
