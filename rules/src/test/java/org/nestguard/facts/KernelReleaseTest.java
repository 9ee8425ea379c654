package org.nestguard.facts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nestguard.catalogue.BuiltTables;

class KernelReleaseTest {
    private static final Distributions DISTRIBUTIONS = BuiltTables.load().distributions();

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "3.10.0-1160.el7.x86_64, 3.10.0, rhel-7",
        "3.10.0-1160.119.1.el7.x86_64, 3.10.0, rhel-7",
        "4.14.0-115.el7a.ppc64le, 4.14.0, rhel-7",
        "4.18.0-394.el8.x86_64, 4.18.0, rhel-8",
        "4.18.0-553.16.1.el8_10.x86_64, 4.18.0, rhel-8",
        "4.18.0-394.el8-dynaccel, 4.18.0, rhel-8",
        "5.14.0-427.13.1.el9_4.x86_64, 5.14.0, rhel-9",
        "5.14.0-570.el9.x86_64, 5.14.0, rhel-9",
        "6.12.0-55.9.1.el10_0.x86_64, 6.12.0, rhel-9",
        "6.18.4-200.fc43.x86_64, 6.18.4, fedora",
        "3.10.0-0.rc0.git23.1.fc20.x86_64, 3.10.0-rc0, fedora",
        "5.4.0-131-generic, 5.4.0, ubuntu",
        "6.8.0-110-generic, 6.8.0, ubuntu",
        "5.15.0-91-lowlatency, 5.15.0, ubuntu",
        "6.5.0-1022-azure, 6.5.0, ubuntu",
        "5.15.0-1053-aws, 5.15.0, ubuntu",
        "6.2.0-1019-gcp, 6.2.0, ubuntu",
        "6.1.0-18-amd64, 6.1.0, debian",
        "5.10.0-28-cloud-amd64, 5.10.0, debian",
        "6.7.12+bpo-amd64, 6.7.12, debian",
        "6.12.38+deb13-amd64, 6.12.38, debian",
        "6.1.0-18-s390x, 6.1.0, debian",
        "6.1.0-18-powerpc64le, 6.1.0, debian",
        "5.3.18-150300.59.93-default, 5.3.18, suse",
        "4.12.14-122.37-default, 4.12.14, suse",
        "6.15.8-1-default, 6.15.8, suse",
        "5.3.18-2-pve, 5.3.18, proxmox",
        "6.8.12-4-pve, 6.8.12, proxmox",
        "4.19.90-2312.1.0.0255.oe1.x86_64, 4.19.90, openeuler",
        "5.10.0-60.18.0.50.oe2203.x86_64, 5.10.0, openeuler",
        "5.10.205-195.807.amzn2.x86_64, 5.10.205, amazon",
        "6.1.66-91.160.amzn2023.x86_64, 6.1.66, amazon",
        "5.4.17-2136.330.7.1.el8uek.x86_64, 5.4.17, oracle-uek",
        "5.15.0-205.149.5.1.el9uek.x86_64, 5.15.0, oracle-uek",
        "6.9.7-arch1-1, 6.9.7, ",
        "6.6.36-1-lts, 6.6.36, ",
        "6.9.7-zen1-1-zen, 6.9.7, ",
        "6.6.21-gentoo-x86_64, 6.6.21, ",
        "6.6.21-gentoo-dist, 6.6.21, ",
        "6.6.48, 6.6.48, ",
        "5.17.0-rc1-syzkaller, 5.17.0-rc1, ",
        "5.14.0-rc6-next-20210817, 5.14.0-rc6, ",
        "6.10.0-rc3+, 6.10.0-rc3, ",
        "5.0.0, 5.0.0, ",
        "6.12.74-flatcar, 6.12.74, ",
        "5.10.60.1-microsoft-standard-WSL2, 5.10.60, ",
        "4.19.97-v7l+, 4.19.97, ",
        "5.10, 5.10.0, "
    })
    void takesAReleaseApart(String text, String version, String distribution) {
        KernelRelease release = KernelRelease.read(text).orElseThrow();
        assertEquals(version, release.version().toString());
        assertEquals(
                distribution, DISTRIBUTIONS.of(release).map(Distribution::id).orElse(null));
        assertEquals(text, release.toString());
    }

    @ParameterizedTest(name = "\"{0}\"")
    @ValueSource(
            strings = {
                "",
                "2",
                "five",
                "5.x",
                "5",
                "5.3foo",
                "5.3 generic",
                "v5.3",
                "5..3",
                "-5.3",
                "5.3\u0000",
                "99999.1",
                "5.4.0-foo#ubuntu",
                "5.3.0-é"
            })
    void refusesWhatIsNoRelease(String text) {
        assertTrue(KernelRelease.read(text).isEmpty());
    }

    @Test
    void refusesAReleaseOfHostileLength() {
        assertTrue(KernelRelease.read("5.3.0-" + "a".repeat(200)).isEmpty());
    }

    @Test
    void aReleaseCandidateSortsBeforeItsRelease() {
        Version candidate = KernelRelease.read("5.3.0-rc4").orElseThrow().version();
        assertTrue(candidate.before(new Version(5, 3, 0)));
        assertTrue(candidate.atLeast(new Version(5, 2, 99)));
    }

    @Test
    void theBuildNumberIsTheOneBehindTheDash() {
        assertEquals(
                193,
                KernelRelease.read("4.18.0-193.6.3.el8_2.x86_64")
                        .orElseThrow()
                        .build()
                        .orElseThrow());
        assertTrue(KernelRelease.read("6.9.7-arch1-1").orElseThrow().build().isEmpty());
    }

    @Test
    void aRepresentativeOfARowIsRecognizedAsThatRow() {
        for (Distribution row : DISTRIBUTIONS.rows()) {
            KernelRelease made = Distributions.representative(row, new Version(4, 18, 0), 193);
            assertEquals(row, DISTRIBUTIONS.of(made).orElseThrow());
            assertEquals(193, made.build().orElseThrow());
        }
        assertFalse(DISTRIBUTIONS
                .of(Distributions.representative(null, new Version(5, 3, 0), -1))
                .isPresent());
    }
}
