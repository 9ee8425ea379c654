package org.nestguard.evidence.artefact;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Outputs of real tools that lie beside the corpus where the laboratory's are at hand. */
final class LabSamples {
    private static final Path FOLDER = Path.of(System.getProperty("nestguard.corpus", "corpus"))
            .resolveSibling("lab")
            .resolve("samples");

    private LabSamples() {}

    static String text(String file) throws IOException {
        assumeTrue(Files.exists(FOLDER.resolve(file)), "no laboratory samples at " + FOLDER + "; they are not tried");
        return Files.readString(FOLDER.resolve(file));
    }
}
