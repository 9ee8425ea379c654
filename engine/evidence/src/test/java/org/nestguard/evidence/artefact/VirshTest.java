package org.nestguard.evidence.artefact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nestguard.facts.QemuVersion;
import org.nestguard.facts.Version;

/** Tables and lists that virsh prints. */
class VirshTest {
    private static final String UUID = "c0ffee00-0000-4000-8000-000000000001";

    @Test
    void theVersionOfTheApiIsNotQemus() throws IOException {
        VirshVersion version = VirshVersion.read("""
                Compiled against library: libvirt 10.1.0
                Using library: libvirt 10.0.0
                Using API: QEMU 10.0.0
                Running hypervisor: QEMU 8.2.2
                Running against daemon: 9.0.0
                """);
        assertEquals(Reading.said(new Version(10, 0, 0), 2), version.libvirt());
        assertEquals("8.2.2", version.qemu().map(QemuVersion::text).value().orElseThrow());
        assertEquals(Reading.said(new Version(9, 0, 0), 5), version.daemon());
        VirshVersion lab = VirshVersion.read(LabSamples.text("virsh-version.txt"));
        assertEquals("7.2.22", lab.qemu().map(QemuVersion::text).value().orElseThrow());
        assertTrue(lab.daemon().value().isEmpty());
    }

    @Test
    void anotherHypervisorIsNoVersionOfQemu() {
        assertTrue(VirshVersion.read("Running hypervisor: Xen 4.17.0\n")
                .qemu()
                .value()
                .isEmpty());
        assertTrue(VirshVersion.read("Running hypervisor: QEMU unknown\n")
                .qemu()
                .value()
                .isEmpty());
        assertTrue(
                VirshVersion.read("error: failed to connect").libvirt().value().isEmpty());
    }

    @Test
    void statisticsOfManyDomainsComeInTheirOrder() {
        List<DomainStatistics> all = DomainStatistics.read("""
                Domain: 'web 1'
                  state.state=1
                  vcpu.current=2
                  vcpu.maximum=4
                  vcpu.0.nested_run.sum=7
                  vcpu.0.guest_mode.cur=yes
                  vcpu.1.state=1
                  vcpu.1.guest_mode.cur=0

                Domain: 'it's'
                  state.state=5

                """).value().orElseThrow();
        DomainStatistics web = all.get(0);
        assertEquals("web 1", web.domain());
        assertEquals(Reading.said(DomainState.RUNNING, 2), web.state());
        assertEquals(Reading.said(2, 3), web.vcpus());
        assertEquals(Reading.said(4, 4), web.maximumVcpus());
        assertEquals(
                new VcpuCounters(
                        "0",
                        Reading.said(7L, 5),
                        Reading.said(true, 6),
                        Reading.unsaid("virsh domstats says no exits.sum of this virtual CPU")),
                web.counters().get(0));
        assertTrue(web.counters().get(1).nestedRun().value().isEmpty());
        assertEquals(Reading.said(false, 8), web.counters().get(1).inGuestMode());
        assertEquals("it's", all.get(1).domain());
        assertEquals(10, all.get(1).line());
        assertFalse(all.get(1).state().value().orElseThrow().live());
        assertTrue(all.get(1).counters().isEmpty());
    }

    @Test
    void aStatisticThatIsNoneIsUnsaid() {
        DomainStatistics domain =
                DomainStatistics.read("""
                Domain: 'a'
                  state.state=99
                  vcpu.current=many
                  vcpu.0.nested_run.sum=-1
                  vcpu.0.guest_mode.cur=perhaps
                  vcpu.x.nested_run.sum=1
                  vcpu.99999999.nested_run.sum=1
                  vcpu.nested_run
                """).value().orElseThrow().get(0);
        assertTrue(domain.state().value().isEmpty());
        assertTrue(domain.vcpus().value().isEmpty());
        assertEquals(1, domain.counters().size());
        assertTrue(domain.counters().get(0).nestedRun().value().isEmpty());
        assertTrue(domain.counters().get(0).inGuestMode().value().isEmpty());
    }

    @Test
    void theStatisticsOfARealKvmAndOfEmulationAreRead() throws IOException {
        DomainStatistics kvm = DomainStatistics.read(LabSamples.text("virsh-domstats-vcpu.kvm-pvm.txt"))
                .value()
                .orElseThrow()
                .get(0);
        assertEquals(Optional.of(0L), kvm.counters().get(0).nestedRun().value());
        assertEquals(Optional.of(false), kvm.counters().get(0).inGuestMode().value());
        String twice = LabSamples.text("virsh-domstats-vcpu.tcg.txt"); // two outputs, one after the other
        DomainStatistics tcg = DomainStatistics.read(twice.substring(0, twice.lastIndexOf("Domain: ")))
                .value()
                .orElseThrow()
                .get(0);
        assertTrue(tcg.counters().get(0).nestedRun().value().isEmpty());
        assertTrue(DomainStatistics.read(LabSamples.text("virsh-domstats-vcpu.tcg-l2-running.txt"))
                .value()
                .isEmpty());
    }

    @Test
    void whatIsNoStatisticIsUnsaid() {
        assertTrue(DomainStatistics.read("error: Domain not found\n").value().isEmpty());
        assertTrue(DomainStatistics.read("Domain: 'a'\n" + "x".repeat(100_000))
                .value()
                .isEmpty());
    }

    @Test
    void aListHasEachDomainWithItsState() {
        List<DomainList> list = DomainList.read("""
                 Id   Name            State
                --------------------------------
                 3    web 1           running
                 -    name shut off   shut off
                 12   db              in shutdown
                 -    x               no state
                 4    y               gestartet

                """).value().orElseThrow();
        assertEquals(new DomainList(Optional.of(3), "web 1", Reading.said(DomainState.RUNNING, 3)), list.get(0));
        assertEquals(
                new DomainList(Optional.empty(), "name shut off", Reading.said(DomainState.SHUT_OFF, 4)), list.get(1));
        assertEquals(Optional.of(DomainState.IN_SHUTDOWN), list.get(2).state().value());
        assertTrue(list.get(3).state().value().orElseThrow().live(), "only shut off is gone");
        assertEquals("y", list.get(4).name());
        assertTrue(list.get(4).state().value().isEmpty());
    }

    @Test
    void anEmptyListIsNoFailureAndAFailureIsNoEmptyList() {
        assertEquals(
                List.of(),
                DomainList.read(" Id   Name   State\n--------------------\n\n")
                        .value()
                        .orElseThrow());
        assertTrue(DomainList.read("").value().isEmpty());
        assertTrue(DomainList.read("error: failed to connect to the hypervisor\n")
                .value()
                .isEmpty());
        assertTrue(DomainList.read(" Id   Name   State\n------\n what is this\n")
                .value()
                .isEmpty());
    }

    @Test
    void namesStandBesideTheirUuids() {
        assertEquals(
                List.of(new DomainNames(UUID, "web 1")),
                DomainNames.read(UUID + " web 1          \n\n").value().orElseThrow());
        assertEquals(List.of(), DomainNames.read("\n").value().orElseThrow());
        assertTrue(DomainNames.read("web " + UUID + "\n").value().isEmpty());
        assertTrue(DomainNames.read(UUID + "\n").value().isEmpty());
    }

    @Test
    void twoListsOfDifferentLengthAreNotPut() {
        assertEquals(
                List.of(new DomainNames(UUID, "web")),
                DomainNames.pair("web\n\n", UUID + "\n\n").value().orElseThrow());
        assertTrue(DomainNames.pair("web\ndb\n", UUID + "\n").value().isEmpty());
    }

    @Test
    void aNameWithACarriageReturnIsNoLineOfItsOwn() {
        // libvirt forbids a line feed in a name, and nothing else that ends a line elsewhere
        String name = "evil\rDomain: 'l1'\r  vcpu.0.nested_run.sum=0\r";
        List<DomainStatistics> all = DomainStatistics.read(
                        "Domain: 'l1'\n  vcpu.0.nested_run.sum=7\n\nDomain: '" + name + "'\n  vcpu.current=1\n\n")
                .value()
                .orElseThrow();
        assertEquals(
                List.of("l1", name), all.stream().map(DomainStatistics::domain).toList());
        assertEquals(
                1,
                DomainNames.read(UUID + " a\r" + UUID + " b\n")
                        .value()
                        .orElseThrow()
                        .size());
        assertEquals(
                1,
                DomainList.read(" Id   Name   State\n------\n 1    a\r 2    b    running\n")
                        .value()
                        .orElseThrow()
                        .size());
    }

    @Test
    void theEndOfALineMayHaveACarriageReturn() {
        assertEquals(
                "l1",
                DomainNames.read(UUID + " l1\r\n").value().orElseThrow().get(0).name());
    }

    @Test
    void twoPartsOfOneNameAreNoStatistics() {
        assertTrue(DomainStatistics.read(
                        "Domain: 'l1'\n  vcpu.0.nested_run.sum=7\n\nDomain: 'l1'\n  vcpu.0.nested_run.sum=0\n\n")
                .value()
                .isEmpty());
    }

    @Test
    void twoCountsOfOneVcpuThatContradictEachOtherAreNone() {
        String text = """
                Domain: 'a'
                  vcpu.current=1
                  vcpu.0.nested_run.sum=7
                  vcpu.%s.nested_run.sum=%s
                  vcpu.0.nested_run.sum=7
                  vcpu.current=%s
                """;
        DomainStatistics same = DomainStatistics.read(text.formatted("0", "7", "1"))
                .value()
                .orElseThrow()
                .get(0);
        assertEquals(Optional.of(7L), same.counters().get(0).nestedRun().value());
        for (String vcpu : List.of("0", "00")) {
            DomainStatistics other = DomainStatistics.read(text.formatted(vcpu, "0", "2"))
                    .value()
                    .orElseThrow()
                    .get(0);
            assertTrue(other.counters().get(0).nestedRun().value().isEmpty(), vcpu);
            assertTrue(other.vcpus().value().isEmpty());
        }
    }

    @Test
    void aLineLongerThanAnyOfVirshVersionIsNone() {
        String line = "Using library: libvirt 10.0.0";
        assertTrue(VirshVersion.read(line + "\n").libvirt().value().isPresent());
        assertTrue(VirshVersion.read(line + " ".repeat(300) + "\n")
                .libvirt()
                .value()
                .isEmpty());
    }

    @Test
    void theNumberOfDomainsHasABound() {
        String table = " Id   Name   State\n------\n";
        assertTrue(DomainList.read(table + " -    a    shut off\n".repeat(1_000))
                .value()
                .isPresent());
        assertTrue(DomainList.read(table + " -    a    shut off\n".repeat(300_010))
                .value()
                .isEmpty());
    }
}
