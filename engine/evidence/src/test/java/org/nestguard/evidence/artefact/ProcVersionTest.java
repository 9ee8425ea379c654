package org.nestguard.evidence.artefact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nestguard.facts.KernelRelease;

class ProcVersionTest {
    @Test
    void aBannerGivesReleaseBuilderAndBuild() {
        ProcVersion version = ProcVersion.read(
                "Linux version 6.12.9 (builder@forge.example.org) (gcc (GCC) 14.2, GNU ld 2.43) #1 SMP Thu Jan 9 12:00:00 UTC 2025\n");
        assertEquals(
                Optional.of("6.12.9"),
                version.release().map(KernelRelease::text).value());
        assertEquals(Reading.said("builder@forge.example.org", 1), version.builder());
        assertEquals(
                Optional.of("#1 SMP Thu Jan 9 12:00:00 UTC 2025"),
                version.build().value());
    }

    @Test
    void aShortBannerStillGivesItsRelease() {
        ProcVersion version = ProcVersion.read("Linux version 6.12.9");
        assertEquals(
                Optional.of("6.12.9"),
                version.release().map(KernelRelease::text).value());
        assertInstanceOf(Reading.Unsaid.class, version.builder());
        assertInstanceOf(Reading.Unsaid.class, version.build());
    }

    @Test
    void whatIsNoBannerSaysSo() {
        assertEquals(
                Reading.unsaid("it does not begin with Linux version"),
                ProcVersion.read("FreeBSD 14.0").release());
        assertInstanceOf(Reading.Unsaid.class, ProcVersion.read("").release());
        assertInstanceOf(
                Reading.Unsaid.class, ProcVersion.read("Linux version x").release());
    }

    @Test
    void theBuildIsTheLastThatBeginsWithANumberSign() {
        assertEquals(
                Optional.of("#1 SMP Thu Jan 9"),
                ProcVersion.read("Linux version 6.12.9 (me@forge) (gcc 14.2 #3 of ours) #1 SMP Thu Jan 9\n")
                        .build()
                        .value());
    }
}
