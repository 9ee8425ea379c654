package org.nestguard.evidence.artefact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nestguard.facts.KernelRelease;

class UnameTest {
    @Test
    void aWholeLineGivesReleaseNodeBuildAndMachine() {
        Uname uname = Uname.read(
                "Linux host-a 6.1.0-18-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01) x86_64 GNU/Linux\n");
        assertEquals(
                Optional.of("6.1.0-18-amd64"),
                uname.release().map(KernelRelease::text).value());
        assertEquals(Optional.of("host-a"), uname.node().value());
        assertEquals(
                Optional.of("#1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01)"),
                uname.build().value());
        assertEquals(Optional.of("x86_64"), uname.machine().value());
    }

    @Test
    void theFirstOfMachineProcessorAndPlatformIsTheMachine() {
        Uname uname = Uname.read("Linux h 5.4.0 #2 SMP Mon Jan 6 00:00:00 UTC 2020 i686 athlon i386 GNU/Linux");
        assertEquals(Optional.of("i686"), uname.machine().value());
        uname = Uname.read("Linux h 5.4.0 #2 SMP Mon Jan 6 00:00:00 UTC 2020 s390x s390x s390x GNU/Linux");
        assertEquals(Optional.of("s390x"), uname.machine().value());
        assertEquals(
                Optional.of("#2 SMP Mon Jan 6 00:00:00 UTC 2020"), uname.build().value());
    }

    @Test
    void aReleaseAloneIsTheFormOfUnameR() {
        Uname uname = Uname.read("6.8.12-4-pve\n");
        assertEquals(
                Optional.of("6.8.12-4-pve"),
                uname.release().map(KernelRelease::text).value());
        assertEquals(Reading.unsaid("only uname -a says so"), uname.node());
    }

    @Test
    void whatIsMalformedIsRefusedWithAReason() {
        assertEquals(
                Reading.unsaid("the line ends before the kernel release"),
                Uname.read("Linux only-a-name").release());
        assertEquals(
                Reading.unsaid("what stands in the kernel release's place is none"),
                Uname.read("Linux h two").release());
        assertEquals(
                Reading.unsaid("it does not begin with Linux"),
                Uname.read("Darwin h 23.1.0 x").release());
        for (String text : List.of("", "\n\n", "6.1.0\n6.2.0\n", "a".repeat(100_000), "\0")) {
            assertInstanceOf(Reading.Unsaid.class, Uname.read(text).release());
        }
    }
}
