package org.nestguard.facts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QemuVersionTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "8.2.0 | 8.2.0",
                "8.2 | 8.2.0",
                "5.10 | 5.10.0",
                "4.2.0-rc4 | 4.2.0-rc4",
                "QEMU emulator version 6.0.0 (Debian 1:6.0+dfsg-2expubuntu1~focal1.0) | 6.0.0",
                "QEMU emulator version 6.2.0 (qemu-kvm-6.2.0-49.module+el8) | 6.2.0",
                "QEMU emulator version 8.1.5 (pve-qemu-kvm_8.1.5-6) | 8.1.5",
                "QEMU emulator version 7.1.0 (SUSE Linux Enterprise 15) | 7.1.0",
                "QEMU emulator version 10.1.3 (qemu-10.1.3-1.fc43) | 10.1.3",
                "QEMU emulator version 2.5.0 (Debian 1:2.5+dfsg-5ubuntu10.16), Copyright (c) 2003-2008 | 2.5.0",
                "QEMU PC emulator version 0.12.1 (qemu-kvm-0.12.1.2), Copyright | 0.12.1",
                "8.2.2 (Debian 1:8.2.2+ds-0ubuntu1.17) | 8.2.2",
                "6.2.0-49.module+el8 | 6.2.0",
                "4002000 | 4.2.0",
                "6002000 | 6.2.0",
                "10001003 | 10.1.3",
                "15003 | 0.15.3",
                "4.1.94 | 4.1.94",
                "8.1.50 | 8.1.50"
            })
    void readsBannersPlainVersionsAndPackedIntegers(String text, String version) {
        assertEquals(version, QemuVersion.read(text).orElseThrow().version().toString());
    }

    @ParameterizedTest(name = "\"{0}\"")
    @ValueSource(
            strings = {"", "8", "999", "eight", "QEMU emulator version", "8.x", "8.2.0foo", "9999999999", "8.2.0\nrm"})
    void refusesWhatIsNoVersion(String text) {
        assertTrue(QemuVersion.read(text).isEmpty());
    }

    @ParameterizedTest(name = "{0} comes before {1}")
    @CsvSource({"4.1.94, 4.2.0", "4.2.0-rc4, 4.2.0", "3.0.92, 3.1.0", "5.1.91, 5.2.0", "8.1.50, 8.2.0", "5.0.50, 5.1.0"
    })
    void aDevelopmentBuildComesBeforeTheNextRelease(String build, String release) {
        assertTrue(version(build).before(version(release)));
    }

    private static Version version(String text) {
        return QemuVersion.read(text).orElseThrow().version();
    }
}
