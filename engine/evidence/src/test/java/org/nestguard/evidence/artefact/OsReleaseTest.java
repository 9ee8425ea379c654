package org.nestguard.evidence.artefact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OsReleaseTest {
    @Test
    void valuesComeOutOfTheirQuotes() {
        OsRelease os = OsRelease.read("""
                # made by hand
                PRETTY_NAME="Example Linux 9 (\\"Spruce\\")"
                ID=example
                ID_LIKE="rhel fedora"
                VERSION_ID='9.4'
                """);
        assertEquals(Reading.said("example", 3), os.id());
        assertEquals(List.of("rhel", "fedora"), os.idLike());
        assertEquals(Optional.of("9.4"), os.versionId().value());
        assertEquals(
                Optional.of("Example Linux 9 (\"Spruce\")"), os.prettyName().value());
    }

    @Test
    void theLastOfTwoCounts() {
        assertEquals(Optional.of("b"), OsRelease.read("ID=a\nID=b\n").id().value());
    }

    @Test
    void whatIsNotThereIsUnsaid() {
        OsRelease os = OsRelease.read("ID=\n");
        assertInstanceOf(Reading.Unsaid.class, os.id());
        assertInstanceOf(Reading.Unsaid.class, os.versionId());
        assertEquals(List.of(), os.idLike());
    }
}
