package org.nestguard.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.nestguard.catalogue.TableException;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.waiver.Waivers;
import picocli.CommandLine.Option;

/** The waivers that a fleet's refusals are weighed with. */
final class WaiverOption {
    @Option(names = "--waivers", paramLabel = "FILE", description = "A YAML list of waivers to weigh refusals with.")
    private @Nullable Path file;

    /** Null where none are named. @throws UsageException where one of them cannot be read: then none holds */
    @Nullable
    Waivers read(MigrationGuard guard) throws IOException {
        if (file == null) {
            return null;
        }
        try (InputStream in = Files.newInputStream(file)) {
            return Waivers.read(file.toString(), in, guard.rules(), Clock.systemUTC());
        } catch (TableException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }
}
