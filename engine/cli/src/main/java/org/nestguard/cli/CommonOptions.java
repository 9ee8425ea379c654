package org.nestguard.cli;

import picocli.CommandLine.Option;

/** What every command understands. */
final class CommonOptions {
    @Option(
            names = "--color",
            paramLabel = "WHEN",
            defaultValue = "AUTO",
            description = "When to colour: ${COMPLETION-CANDIDATES} (default: auto; NO_COLOR is heeded).")
    private Console.ColorWhen color = Console.ColorWhen.AUTO;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this help.")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean help;

    Console.ColorWhen color() {
        return color;
    }
}
