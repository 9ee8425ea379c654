package org.nestguard.evidence.artefact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nestguard.facts.Version;

class DomainLogTest {
    private static final String FIRST = """
            2026-10-01 08:00:00.100+0000: starting up libvirt version: 9.0.0, package: 4+deb12u2 (Some One <a@example.org> Mon, 01 Sep 2025 10:00:00 +0200), qemu version: 7.2.9Debian 1:7.2+dfsg-7, kernel: 6.1.0-18-amd64, hostname: l0-a
            LC_ALL=C \\
            /usr/bin/qemu-system-x86_64 \\
            -name guest=web,debug-threads=on \\
            -accel kvm \\
            -cpu Haswell,vmx=on \\
            -msg timestamp=on
            char device redirected to /dev/pts/3 (label charserial0)
            """;
    private static final String FIRST_ENDS = """
            2026-10-01T09:00:00.000000Z qemu-system-x86_64: terminating on signal 15 from pid 811 (/usr/sbin/libvirtd)
            2026-10-01 09:00:00.300+0000: shutting down, reason=migrated
            """;
    private static final String SECOND = """
            2026-10-02 10:30:00.500+0200: starting up libvirt version: 10.0.0, qemu version: 8.2.2, kernel: 6.8.0-49-generic, hostname: l0-b
            /usr/bin/qemu-system-x86_64 -name guest=web -accel kvm -cpu host -incoming tcp:0.0.0.0:49152
            2026-10-02 08:31:00.000+0000: initiating migration
            """;

    @Test
    void aStartSaysWhatItWasStartedWith() {
        DomainLog log = DomainLog.read(FIRST);
        assertEquals(Reading.said(Instant.parse("2026-10-01T08:00:00.100Z"), 1), log.startedAt());
        assertEquals(Reading.said(new Version(9, 0, 0), 1), log.libvirt());
        assertEquals(
                "4+deb12u2 (Some One <a@example.org> Mon, 01 Sep 2025 10:00:00 +0200)",
                log.libvirtPackage().value().orElseThrow());
        assertEquals(
                new Version(7, 2, 9), log.qemu().version().value().orElseThrow().version());
        assertEquals("Debian 1:7.2+dfsg-7", log.qemu().packaged().value().orElseThrow());
        assertEquals("6.1.0-18-amd64", log.kernel().value().orElseThrow());
        assertEquals("l0-a", log.hostname().value().orElseThrow());
        assertEquals(Optional.of(NestingAsk.YES), log.commandLine().nesting().value());
        assertEquals(
                Optional.of(new QemuStart.Cold()), log.commandLine().start().value());
        assertEquals(Optional.of(false), log.ended().value());
        assertTrue(log.endReason().value().isEmpty());
    }

    @Test
    void anEndAfterTheStartIsSaidWithItsReason() {
        DomainLog log = DomainLog.read(FIRST + FIRST_ENDS);
        assertEquals(Reading.said(true, 10), log.ended());
        assertEquals("migrated", log.endReason().value().orElseThrow());
    }

    @Test
    void theLastStartCounts() {
        DomainLog log = DomainLog.read(FIRST + FIRST_ENDS + SECOND);
        assertEquals(
                Instant.parse("2026-10-02T08:30:00.500Z"),
                log.startedAt().value().orElseThrow());
        assertEquals(
                Optional.of(NestingAsk.DEPENDS), log.commandLine().nesting().value());
        assertTrue(log.commandLine().start().value().orElseThrow() instanceof QemuStart.Incoming);
        assertEquals(Optional.of(false), log.ended().value());
        assertTrue(log.libvirtPackage().value().isEmpty());
        assertEquals(
                Instant.parse("2026-10-02T08:31:00Z"),
                log.migrationBegunAt().value().orElseThrow());
    }

    @Test
    void aCommandThroughTheMonitorIsSaidUntilTheNextStart() {
        String tainted = "2026-10-01 08:10:00.000+0000: Domain id=3 is tainted: %s\n";
        assertEquals(
                Reading.said(false, 1),
                DomainLog.read(FIRST + tainted.formatted("high-privileges")).commanded());
        assertEquals(
                Reading.said(true, 9),
                DomainLog.read(FIRST + tainted.formatted("custom-monitor")).commanded());
        assertEquals(
                Optional.of(false),
                DomainLog.read(FIRST + tainted.formatted("custom-monitor") + SECOND)
                        .commanded()
                        .value());
        assertTrue(DomainLog.read(tainted.formatted("custom-monitor"))
                .commanded()
                .value()
                .isEmpty());
    }

    @Test
    void olderLibvirtSaysLess() {
        DomainLog log = DomainLog.read("""
                2014-03-01 10:00:00.000+0000: starting up
                LC_ALL=C PATH=/bin /usr/libexec/qemu-kvm -name web -M rhel6.5.0 -enable-kvm -m 512
                2014-03-02 10:00:00.000+0000: shutting down
                """);
        assertTrue(log.startedAt().value().isPresent());
        assertTrue(log.libvirt().value().isEmpty());
        assertTrue(log.qemu().version().value().isEmpty());
        assertEquals("web", log.commandLine().name().value().orElseThrow());
        assertEquals(Optional.of(true), log.ended().value());
        assertTrue(log.endReason().value().isEmpty());
    }

    @Test
    void thePackageOfQemuStandsBehindItsNumbersInEachForm() {
        for (String form : new String[] {
            "2.12.0qemu-kvm-ev-2.12.0-44.1.el7",
            "2.12.0 (qemu-kvm-ev-2.12.0-44.1.el7)",
            "2.12.0(qemu-kvm-ev-2.12.0-44.1.el7)"
        }) {
            DomainLog log =
                    DomainLog.read("2020-01-01 00:00:00.000+0000: starting up libvirt version: 4.5.0, qemu version: "
                            + form + ", hostname: a\n");
            assertEquals(
                    "qemu-kvm-ev-2.12.0-44.1.el7", log.qemu().packaged().value().orElseThrow(), form);
            assertEquals(Optional.of(false), log.qemu().upstreamNumbers().value());
            assertEquals("a", log.hostname().value().orElseThrow());
        }
    }

    @Test
    void aStartWhoseCommandIsNotThereHasNone() {
        DomainLog log = DomainLog.read("""
                2026-10-01 08:00:00.100+0000: starting up libvirt version: 9.0.0, qemu version: 7.2.9, hostname: a
                2026-10-01T08:00:01.100000Z qemu-kvm: -vnc 10.0.0.1:0: Failed to start VNC server
                """);
        assertTrue(log.commandLine().binary().value().isEmpty());
        assertTrue(log.commandLine().start().value().isEmpty());
    }

    @Test
    void aLogWithoutAStartSaysNothing() {
        for (String text : new String[] {"", FIRST_ENDS, "starting up libvirt version: 9.0.0\n", "\0\1\2"}) {
            DomainLog log = DomainLog.read(text);
            assertTrue(log.startedAt().value().isEmpty());
            assertTrue(log.ended().value().isEmpty());
            assertTrue(log.commandLine().start().value().isEmpty());
        }
    }

    @Test
    void aTimeThatIsNoneIsUnsaid() {
        assertTrue(DomainLog.read("2026-99-01 08:00:00.100+0000: starting up\n")
                .startedAt()
                .value()
                .isEmpty());
        assertTrue(DomainLog.read("2026-10-01 08:00:00.100: starting up\n")
                .startedAt()
                .value()
                .isEmpty());
    }
}
