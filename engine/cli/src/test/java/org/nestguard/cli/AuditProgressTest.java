package org.nestguard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class AuditProgressTest {
    @Test
    void aLineSaysHowFarItHasComeAndNoRateIsNone() {
        assertEquals(
                "nestguard: 25 % read, 12.5 MB/s, about 60 s left", AuditProgress.line(250_000_000, 1_000_000_000, 20));
        assertEquals("nestguard: 50 % read, 0.1 kB/s, about 20 s left", AuditProgress.line(2_000, 4_000, 20));
        assertEquals("nestguard: 0 % read, 0.0 kB/s, about 0 s left", AuditProgress.line(0, 4_000, 20));
        assertEquals("nestguard: 100 % read, 1.0 MB/s, about 0 s left", AuditProgress.line(20_000_000, 0, 20));
    }
}
