package org.nestguard.evidence.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.nestguard.engine.known.Observation;
import org.nestguard.evidence.view.WrittenHost;
import org.nestguard.facts.Evidence;
import org.nestguard.facts.FactName;

class HostFactsTest {
    private static WrittenHost x86(String flags) {
        return new WrittenHost("a")
                .file("/proc/cpuinfo", "processor : 0\nvendor_id : AuthenticAMD\nflags : fpu lm " + flags + "\n")
                .command("uname -a", "Linux a 6.1.0-18-amd64 #1 SMP x86_64 GNU/Linux\n");
    }

    private static Observation of(WrittenHost host, FactName name) {
        return HostFacts.of(host, WrittenHost.AT).get(name.key());
    }

    @Test
    void theLevelTellsWhatShowsItWhereAndWhen() {
        assertEquals(
                new Observation(
                        "L0",
                        new Evidence(
                                "/proc/cpuinfo, line 3",
                                WrittenHost.AT,
                                Evidence.Witness.HOST,
                                "/proc/cpuinfo shows no hypervisor")),
                of(x86("svm"), FactName.SOURCE_LEVEL));
    }

    @Test
    void aHypervisorThatHidesInOnePlaceIsSeenInAnother() {
        Observation level = of(x86("svm").command("systemd-detect-virt --vm", "kvm\n"), FactName.SOURCE_LEVEL);
        assertEquals("L1", level.text());
    }

    @Test
    void hypervisorsThatContradictEachOtherLeaveTheLevelUnknown() {
        WrittenHost host = x86("hypervisor")
                .command("systemd-detect-virt --vm", "kvm\n")
                .command("lscpu", "Hypervisor vendor: Xen\n");
        Observation level = of(host, FactName.SOURCE_LEVEL);
        assertEquals(Observation.UNKNOWN, level.text());
        assertEquals(
                "contradiction: systemd-detect-virt says kvm; /proc/cpuinfo shows that a hypervisor is below;"
                        + " lscpu names the hypervisor's vendor: Xen",
                why(level));
    }

    @Test
    void aLevelThatNothingTellsIsUnknownWithAllThatWasLookedAt() {
        String why = why(of(new WrittenHost("nothing"), FactName.SOURCE_LEVEL));
        assertTrue(why.contains("/proc/cpuinfo: no such file") && why.contains("lscpu: "), why);
    }

    @Test
    void aModuleWithoutTheParameterLeavesNestedUnknownAndSaysSo() {
        Observation nested = of(x86("hypervisor").file("/sys/module/kvm_pvm/refcnt", "1\n"), FactName.SOURCE_NESTED);
        assertEquals(Observation.UNKNOWN, nested.text());
        assertEquals("KVM runs by kvm_pvm, which has no such parameter", why(nested));
    }

    @Test
    void nestedIsReadWhereTheModuleThatIsThereHasIt() {
        Observation nested =
                of(x86("svm").file("/sys/module/kvm_amd/parameters/nested", "1\n"), FactName.SOURCE_NESTED);
        assertEquals(
                new Observation(
                        "true",
                        new Evidence(
                                "/sys/module/kvm_amd/parameters/nested, line 1",
                                WrittenHost.AT,
                                Evidence.Witness.HOST,
                                null)),
                nested);
    }

    @Test
    void aModuleThatIsNotLoadedIsNeitherOnNorOff() {
        assertTrue(why(of(x86("svm"), FactName.SOURCE_NESTED)).startsWith("module kvm_amd is not loaded here"));
    }

    private static String why(Observation observation) {
        Evidence evidence = observation.evidence();
        return evidence == null ? "" : String.valueOf(evidence.why());
    }
}
