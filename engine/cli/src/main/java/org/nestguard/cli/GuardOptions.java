package org.nestguard.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.MigrationGuard;
import picocli.CommandLine.Option;

/** Which rules to ask. */
final class GuardOptions {
    @Option(
            names = "--rules",
            paramLabel = "DIR",
            description =
                    "A folder with rules of your own (*.drl), which may forbid, caution or say uncovered, and with rows"
                            + " of your own for the table of distribution kernels (distributions.yaml).")
    private @Nullable Path folder;

    MigrationGuard guard() {
        return begun().made();
    }

    /** A guard of which the rules may still be on their way. */
    MigrationGuard begun() {
        return folder == null ? MigrationGuard.begin() : MigrationGuard.withSite(folder);
    }
}
