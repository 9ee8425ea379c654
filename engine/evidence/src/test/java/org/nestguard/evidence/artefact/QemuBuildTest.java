package org.nestguard.evidence.artefact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nestguard.facts.Version;

class QemuBuildTest {
    private static Optional<Boolean> comparable(String packaged) {
        return QemuBuild.banner("QEMU emulator version 9.1.0 (" + packaged + ")")
                .upstreamNumbers()
                .value();
    }

    @Test
    void theBannerIsFoundBelowWarnings() {
        QemuBuild build = QemuBuild.banner("""
                warning: something about the host
                QEMU emulator version 9.1.1 (Debian 1:9.1.1+ds-5ubuntu1~ppa8)
                Copyright (c) 2003-2024 Fabrice Bellard and the QEMU Project developers
                """);
        assertEquals(2, ((Reading.Said<?>) build.version()).line());
        assertEquals(new Version(9, 1, 1), build.version().value().orElseThrow().version());
        assertEquals("Debian 1:9.1.1+ds-5ubuntu1~ppa8", build.packaged().value().orElseThrow());
    }

    @Test
    void aPackagerThatBackportsIsNotComparable() {
        for (String packaged : List.of(
                "qemu-kvm-6.2.0-49.module+el8.10",
                "qemu-8.2.0-11.oe2403",
                "SUSE Linux Enterprise 15",
                "openSUSE Tumbleweed",
                "qemu-kvm-9.0.0-10.el9_5.2")) {
            assertEquals(Optional.of(false), comparable(packaged), packaged);
        }
    }

    @Test
    void aPackagerThatKeepsTheNumbersIsComparable() {
        for (String packaged : List.of(
                "Debian 1:9.1.0+ds-1",
                "pve-qemu-kvm_9.0.2-4",
                "qemu-10.1.3-1.fc43",
                "v9.1.0",
                "v9.1.0-rc2-14-g0123abc-dirty")) {
            assertEquals(Optional.of(true), comparable(packaged), packaged);
        }
        assertEquals(
                Optional.of(true),
                QemuBuild.banner("QEMU emulator version 9.1.0")
                        .upstreamNumbers()
                        .value());
    }

    @Test
    void aPackagerWhomNobodyKnowsLeavesItOpen() {
        assertTrue(comparable("acme-qemu-9.1.0-3").isEmpty());
    }

    @Test
    void aDevelopmentBuildComesBeforeTheNextRelease() {
        assertEquals(Optional.of(new Version(4, 2, 0)), before("4.1.94"));
        assertEquals(Optional.of(new Version(7, 0, 0)), before("6.2.92"));
        assertEquals(Optional.of(new Version(3, 0, 0)), before("2.12.50"));
        assertEquals(Optional.of(new Version(4, 0, 0)), before("3.1.90"));
        assertEquals(Optional.of(new Version(8, 2, 0)), before("8.1.50"));
        assertEquals(Optional.of(new Version(8, 0, 0)), before("7.2.91 (v8.0.0-rc1)"));
        assertEquals(Optional.empty(), before("8.2.2"));
    }

    private static Optional<Version> before(String version) {
        return QemuBuild.banner("QEMU emulator version " + version).comesBefore();
    }

    @Test
    void theMonitorTellsTheRunningProcess() throws IOException {
        QemuBuild build = QemuBuild.queryVersion(
                "{\"return\":{\"qemu\":{\"micro\":1,\"minor\":10,\"major\":2},\"package\":\" (v2.10.1)\"}}");
        assertEquals(
                new Version(2, 10, 1), build.version().value().orElseThrow().version());
        assertEquals("v2.10.1", build.packaged().value().orElseThrow());
        QemuBuild lab = QemuBuild.queryVersion(LabSamples.text("qmp-query-version.json"));
        assertEquals(new Version(7, 2, 22), lab.version().value().orElseThrow().version());
        assertEquals(Optional.of(true), lab.upstreamNumbers().value());
    }

    @Test
    void whatIsNoVersionIsUnsaid() {
        for (QemuBuild build : List.of(
                QemuBuild.banner(""),
                QemuBuild.banner("bash: qemu-system-x86_64: command not found"),
                QemuBuild.banner("QEMU emulator version unknown"),
                QemuBuild.queryVersion("{\"return\":{\"qemu\":{\"major\":\"six\"}}}"),
                QemuBuild.queryVersion("{\"return\":[]}"),
                QemuBuild.queryVersion("{\"error\":{\"class\":\"GenericError\",\"desc\":\"no\"}}"))) {
            assertTrue(build.version().value().isEmpty());
            assertTrue(build.upstreamNumbers().value().isEmpty());
            assertTrue(build.comesBefore().isEmpty());
        }
    }
}
