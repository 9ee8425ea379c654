package org.nestguard.evidence.artefact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nestguard.evidence.artefact.ModprobeConfiguration.ConfigurationFile;
import org.nestguard.evidence.artefact.ModprobeConfiguration.Place;

class ModprobeConfigurationTest {
    private static ConfigurationFile file(String path, String text) {
        int slash = path.lastIndexOf('/');
        return new ConfigurationFile(path.substring(0, slash), path.substring(slash + 1), text);
    }

    private static NextLoad intel(String text) {
        return ModprobeConfiguration.read(List.of(file("/etc/modprobe.d/kvm.conf", text)), "")
                .nextLoad("kvm_intel", "nested", ParameterType.BOOL);
    }

    private static NextLoad amd(String text) {
        return ModprobeConfiguration.read(List.of(file("/etc/modprobe.d/kvm.conf", text)), "")
                .nextLoad("kvm_amd", "nested", ParameterType.INT);
    }

    private static void becomes(boolean on, String place, NextLoad next) {
        NextLoad.Becomes becomes = assertInstanceOf(NextLoad.Becomes.class, next);
        assertEquals(on, becomes.on());
        assertEquals(place, becomes.by().at().toString());
    }

    @Test
    void hyphenAndUnderscoreAreTheSame() {
        becomes(true, "/etc/modprobe.d/kvm.conf:1", intel("options kvm-intel nested=y\n"));
        becomes(true, "/etc/modprobe.d/kvm.conf:1", intel("options kvm_intel nested=y\n"));
    }

    @Test
    void theLastLineThatSetsItCounts() {
        becomes(
                false,
                "/etc/modprobe.d/kvm.conf:3",
                intel("options kvm_intel nested=1\n\noptions kvm_intel ept=1 nested=0\n"));
        becomes(true, "/etc/modprobe.d/kvm.conf:1", intel("options kvm_intel nested=1\noptions kvm_intel ept=1\n"));
    }

    @Test
    void aStrongerFolderHidesTheSameNameAndNamesAreReadInOrder() {
        ModprobeConfiguration configuration = ModprobeConfiguration.read(
                List.of(
                        file("/usr/lib/modprobe.d/50-kvm.conf", "options kvm_intel nested=0\n"),
                        file("/lib/modprobe.d/60-kvm.conf", "options kvm_intel nested=0\n"),
                        file("/lib/modprobe.d/50-kvm.conf", "options kvm_intel nested=0\n"),
                        file("/etc/modprobe.d/60-kvm.conf", "options kvm_intel nested=1\n"),
                        file("/run/modprobe.d/note.txt", "options kvm_intel nested=0\n"),
                        file("/etc/modprobe.d/.hidden.conf", "options kvm_intel nested=0\n")),
                "");
        becomes(
                true,
                "/etc/modprobe.d/60-kvm.conf:1",
                configuration.nextLoad("kvm_intel", "nested", ParameterType.BOOL));
        assertEquals(
                List.of("/lib/modprobe.d/60-kvm.conf is hidden by /etc/modprobe.d/60-kvm.conf"),
                configuration.hidden());
        assertEquals(2, configuration.settings("kvm-intel").size());
    }

    @Test
    void theKernelsCommandLineComesLast() {
        ModprobeConfiguration configuration = ModprobeConfiguration.read(
                List.of(file("/etc/modprobe.d/kvm.conf", "options kvm_intel nested=1\n")),
                "BOOT_IMAGE=/vmlinuz-6.1 root=/dev/sda1 kvm-intel.nested=0 kvm-arm.mode=nested quiet\n");
        becomes(false, "the kernel's command line", configuration.nextLoad("kvm_intel", "nested", ParameterType.BOOL));
        assertEquals(
                Optional.of("nested"),
                configuration.last("kvm_arm", "mode").orElseThrow().value());
        assertTrue(configuration.settings("root").isEmpty());
    }

    @Test
    void aLineGoesOnBehindABackslashAndSoDoesAComment() {
        becomes(true, "/etc/modprobe.d/kvm.conf:1", intel("options kvm_intel \\\n  nested=1\n"));
        assertInstanceOf(NextLoad.Unset.class, intel("# a comment \\\noptions kvm_intel nested=1\n"));
        becomes(true, "/etc/modprobe.d/kvm.conf:1", intel("options kvm_intel nested=1 \\"));
    }

    @Test
    void aBoolTakesManySpellingsAndTheBareName() {
        for (String on : List.of("nested", "nested=Y", "nested=on", "nested=1", "nested=\"y\"", "nested=true")) {
            becomes(true, "/etc/modprobe.d/kvm.conf:1", intel("options kvm_intel " + on + "\n"));
        }
        for (String off : List.of("nested=N", "nested=off", "nested=0")) {
            becomes(false, "/etc/modprobe.d/kvm.conf:1", intel("options kvm_intel " + off + "\n"));
        }
        for (String refused : List.of("nested=", "nested=maybe", "nested=-1", "nested=oui")) {
            assertInstanceOf(NextLoad.WillNotLoad.class, intel("options kvm_intel " + refused + "\n"));
        }
    }

    @Test
    void anIntTakesNumbersOnlySoThatTheLineForIntelKeepsAmdsModuleFromLoading() {
        becomes(true, "/etc/modprobe.d/kvm.conf:1", amd("options kvm_amd nested=1 avic=0\n"));
        becomes(true, "/etc/modprobe.d/kvm.conf:1", amd("options kvm_amd nested=0x10\n"));
        becomes(false, "/etc/modprobe.d/kvm.conf:1", amd("options kvm_amd nested=00\n"));
        assertInstanceOf(NextLoad.Automatic.class, amd("options kvm_amd nested=-1\n"));
        for (String refused : List.of("nested=y", "nested", "nested=on", "nested=", "nested=08", "nested=1.0")) {
            NextLoad.WillNotLoad next =
                    assertInstanceOf(NextLoad.WillNotLoad.class, amd("options kvm-amd " + refused + "\n"));
            assertEquals(refused + " is refused: nested takes a number", next.why());
        }
    }

    @Test
    void aRefusedSettingEndsTheLoadWhateverFollows() {
        assertInstanceOf(NextLoad.WillNotLoad.class, amd("options kvm_amd nested=y\noptions kvm_amd nested=1\n"));
    }

    @Test
    void whatKeepsAModuleFromLoadingIsTold() {
        assertInstanceOf(NextLoad.WillNotLoad.class, intel("install kvm_intel /bin/true\n"));
        assertInstanceOf(NextLoad.WillNotLoad.class, intel("install kvm-intel /usr/bin/false\n"));
        assertInstanceOf(
                NextLoad.Open.class,
                intel("install kvm_intel /sbin/modprobe --ignore-install kvm_intel nested=1 $CMDLINE_OPTS\n"));
        ModprobeConfiguration refused = ModprobeConfiguration.read(List.of(), "module_blacklist=nouveau,kvm_intel");
        assertInstanceOf(NextLoad.WillNotLoad.class, refused.nextLoad("kvm_intel", "nested", ParameterType.BOOL));
    }

    @Test
    void aBlacklistedModuleIsFoundInFilesAndOnTheCommandLine() {
        ModprobeConfiguration configuration = ModprobeConfiguration.read(
                List.of(file("/etc/modprobe.d/no.conf", "\nblacklist kvm-intel\n")), "modprobe.blacklist=kvm_amd,ccp");
        assertEquals(Optional.of(new Place("/etc/modprobe.d/no.conf", 2)), configuration.blacklisted("kvm_intel"));
        assertEquals(
                Optional.of("the kernel's command line"),
                configuration.blacklisted("kvm-amd").map(Place::toString));
        assertTrue(configuration.blacklisted("kvm").isEmpty());
    }

    @Test
    void badLinesAreNamedAndPassedOver() {
        ModprobeConfiguration configuration = ModprobeConfiguration.read(
                List.of(file(
                        "/etc/modprobe.d/x.conf",
                        "optoins kvm_intel nested=1\noptions kvm_intel\ninstall a\nblacklist\nalias a\n")),
                "");
        assertEquals(5, configuration.complaints().size());
        assertEquals(
                "/etc/modprobe.d/x.conf:1 begins with no word that modprobe knows",
                configuration.complaints().get(0));
    }

    @Test
    void hostileFilesEndInAComplaint() {
        ModprobeConfiguration configuration = ModprobeConfiguration.read(
                List.of(
                        file("/etc/modprobe.d/a.conf", "x".repeat(100_000)),
                        file("/etc/modprobe.d/b.conf", "options kvm a\n".repeat(30_000)),
                        file("/etc/modprobe.d/c.conf", "\\\n".repeat(10_000))),
                "a.b=c ".repeat(20_000));
        assertEquals(
                "/etc/modprobe.d/a.conf is not read: line 1 is longer than 64 KiB",
                configuration.complaints().get(0));
        assertTrue(configuration.settings("kvm").size() <= 20_000);
    }
}
