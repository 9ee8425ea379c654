package org.nestguard.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nestguard.engine.text.Wrapped;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * How help is laid out. picocli breaks lines within words too, behind each dot and slash, and so takes paths and examples apart;
 * here it writes lines without an end, and these are broken at blanks. Examples are left whole, to be copied.
 */
final class HelpText {
    private static final int ENDLESS = 4_000;
    /** What stands before the text of a line, so that what follows begins below it. */
    private static final Pattern LABEL = Pattern.compile("( *\\S+(?: \\S+)* {2,}| +)\\S.*");

    private static final String EXAMPLES = "Examples:";

    private HelpText() {}

    /** Lays out the help of a command and of those below it. */
    static void layOut(CommandLine command, int width) {
        command.setUsageHelpWidth(ENDLESS);
        Map<String, IHelpSectionRenderer> sections = new LinkedHashMap<>(command.getHelpSectionMap());
        sections.replaceAll((key, section) -> key.equals(UsageMessageSpec.SECTION_KEY_SYNOPSIS)
                ? help -> synopsis(help, section.render(help), width)
                : help -> broken(section.render(help), width));
        command.setHelpSectionMap(sections);
    }

    private static String synopsis(Help help, String text, int width) {
        String heading = " ".repeat(help.synopsisHeadingLength());
        String rest = heading + " ".repeat(help.commandSpec().qualifiedName().length() + 1);
        return Wrapped.text(text.strip(), width, heading, rest).substring(heading.length());
    }

    private static String broken(String text, int width) {
        StringBuilder out = new StringBuilder();
        boolean example = false;
        for (String line : text.lines().toList()) {
            example |= line.startsWith(EXAMPLES);
            Matcher label = LABEL.matcher(line.stripTrailing());
            int begin = label.matches() ? label.end(1) : 0;
            out.append(
                    example || line.length() <= width
                            ? line + "\n"
                            : Wrapped.text(
                                    line.substring(begin).stripTrailing(),
                                    width,
                                    line.substring(0, begin),
                                    " ".repeat(begin)));
        }
        return out.toString();
    }
}
