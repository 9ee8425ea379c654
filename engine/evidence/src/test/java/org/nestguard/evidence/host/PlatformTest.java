package org.nestguard.evidence.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nestguard.evidence.view.WrittenHost;

class PlatformTest {
    private static final String UNAME = "Linux by-uname 6.1.0-18-amd64 #1 SMP x86_64 GNU/Linux\n";

    @Test
    void theKernelsOwnWordComesBeforeThatOfUname() {
        Platform platform = Platform.of(new WrittenHost("a")
                .command("uname -a", UNAME)
                .file("/proc/sys/kernel/hostname", "l0-a\n")
                .file("/proc/version", "Linux version 6.8.0-49-generic (a@b) (gcc) #1 SMP\n"));
        assertEquals(Optional.of("l0-a"), platform.name().value());
        assertEquals("6.8.0-49-generic", platform.kernel().value().orElseThrow().text());
        assertEquals(Optional.of("x86_64"), platform.machine().value());
    }

    @Test
    void unameTellsWhatTheKernelsFilesDoNot() {
        Platform platform = Platform.of(
                new WrittenHost("a").command("uname -a", UNAME).file("/proc/sys/kernel/hostname", "two words\n"));
        assertEquals(Optional.of("by-uname"), platform.name().value());
        assertEquals("6.1.0-18-amd64", platform.kernel().value().orElseThrow().text());
    }

    @Test
    void whereUnameIsMissingCpuinfoTellsTheArchitecture() {
        Platform platform = Platform.of(new WrittenHost("z").file("/proc/cpuinfo", "vendor_id : IBM/S390\n"));
        assertEquals(Optional.of("s390x"), platform.machine().value());
        assertEquals(Optional.empty(), platform.name().value());
    }
}
