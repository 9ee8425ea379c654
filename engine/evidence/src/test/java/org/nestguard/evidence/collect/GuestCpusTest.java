package org.nestguard.evidence.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nestguard.evidence.artefact.NestingAsk;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.evidence.host.GuestCpu;
import org.nestguard.evidence.view.WrittenHost;
import org.nestguard.facts.CpuMode;

class GuestCpusTest {
    private static GuestCpus with(String cpu) {
        return GuestCpus.on(new WrittenHost("a")
                .file("/proc/cpuinfo", "processor : 0\nvendor_id : AuthenticAMD\nflags : fpu lm svm\n")
                .file("/sys/module/kvm_amd/parameters/nested", "0\n")
                .file(
                        "/proc/42/cmdline",
                        String.join(
                                "\0",
                                "/usr/bin/qemu-system-x86_64",
                                "-name",
                                "guest=l1",
                                "-accel",
                                "kvm",
                                "-machine",
                                "pc-q35-8.2",
                                "-cpu",
                                cpu)));
    }

    @Test
    void whatAGuestAsksForIsToldWhateverTheHostGives() {
        assertEquals(
                List.of(new GuestCpu(
                        "l1",
                        Reading.said(NestingAsk.YES, 0),
                        Reading.said(CpuMode.CUSTOM, 0),
                        List.of("/proc/42/cmdline"))),
                with("EPYC,svm=on").guests());
        GuestCpu follows = with("host").guests().get(0);
        assertEquals(Optional.of(NestingAsk.DEPENDS), follows.nesting().value());
        assertEquals(Optional.of(CpuMode.HOST_PASSTHROUGH), follows.cpuMode().value());
    }

    @Test
    void whatCouldNotBeAskedIsComplainedOf() {
        assertTrue(with("host").complaints().get(0).startsWith("libvirt's guests are not all known"));
    }
}
