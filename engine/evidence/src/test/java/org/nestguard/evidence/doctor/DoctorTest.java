package org.nestguard.evidence.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nestguard.catalogue.BuiltTables;
import org.nestguard.evidence.artefact.NestingAsk;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.evidence.doctor.Diagnosis.State;
import org.nestguard.evidence.host.GuestCpu;
import org.nestguard.evidence.view.WrittenHost;
import org.nestguard.facts.CpuMode;

class DoctorTest {
    private static final Doctor DOCTOR = new Doctor(BuiltTables.load());

    static WrittenHost x86(String vendor, String flags, String kernel) {
        return new WrittenHost("host-a")
                .file(
                        "/proc/cpuinfo",
                        "processor : 0\nvendor_id : " + vendor
                                + "\ncpu family : 6\nmodel : 85\nmodel name : A CPU\nstepping : 4\nflags : fpu lm "
                                + flags
                                + "\n")
                .file("/proc/version", "Linux version " + kernel + " (a@b) (gcc) #1 SMP\n")
                .file("/proc/cmdline", "root=/dev/sda1 quiet\n")
                .file("/etc/os-release", "ID=debian\n")
                .file("/dev/kvm", "")
                .command("uname -a", "Linux host-a " + kernel + " #1 SMP x86_64 GNU/Linux\n");
    }

    static WrittenHost amd(String nested) {
        return x86("AuthenticAMD", "svm", "6.1.0-18-amd64")
                .file("/proc/modules", "kvm_amd 200000 0 - Live 0x0\nkvm 1000000 1 kvm_amd, Live 0x0\n")
                .file("/sys/module/kvm/refcnt", "1\n")
                .file("/sys/module/kvm_amd/initstate", "live\n")
                .file("/sys/module/kvm_amd/refcnt", "0\n")
                .file("/sys/module/kvm_amd/parameters/nested", nested + "\n");
    }

    static WrittenHost intel(String nested, String kernel) {
        return x86("GenuineIntel", "vmx ept", kernel)
                .file("/proc/modules", "kvm_intel 200000 0 - Live 0x0\nkvm 1000000 1 kvm_intel, Live 0x0\n")
                .file("/sys/module/kvm_intel/initstate", "live\n")
                .file("/sys/module/kvm_intel/refcnt", "0\n")
                .file("/sys/module/kvm_intel/parameters/nested", nested + "\n");
    }

    static WrittenHost lpar(String nested, String hpage, String kernel) {
        return new WrittenHost("lpar-a")
                .file("/proc/cpuinfo", """
                        vendor_id : IBM/S390
                        features : esan3 te vx sie
                        processor 0: version = 00,  identification = 0A1B2C,  machine = 3931
                        """)
                .file("/proc/sysinfo", "Type: 3931\n\nLPAR Name: LP07\n")
                .file("/proc/version", "Linux version " + kernel + " (a@b) (gcc) #1 SMP\n")
                .file("/proc/cmdline", "root=/dev/dasda1\n")
                .file("/etc/os-release", "ID=rhel\n")
                .file("/dev/kvm", "")
                .file("/proc/modules", "kvm 400000 0 - Live 0x0\n")
                .file("/sys/module/kvm/initstate", "live\n")
                .file("/sys/module/kvm/refcnt", "0\n")
                .file("/sys/module/kvm/parameters/nested", nested + "\n")
                .file("/sys/module/kvm/parameters/hpage", hpage + "\n")
                .command("uname -a", "Linux lpar-a " + kernel + " #1 SMP s390x s390x s390x GNU/Linux\n");
    }

    private static Diagnosis of(WrittenHost host, String id, GuestCpu... guests) {
        return DOCTOR.examine(host, List.of(guests)).diagnoses().stream()
                .filter(d -> d.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> commands(Diagnosis diagnosis) {
        return diagnosis.doNext().stream().flatMap(s -> s.commands().stream()).toList();
    }

    private static GuestCpu guest(NestingAsk ask, CpuMode mode) {
        return new GuestCpu("l1", Reading.said(ask, 1), Reading.said(mode, 1), List.of("/proc/7/cmdline"));
    }

    @Test
    void aHostWithAllInOrderIsFine() {
        Examination examination = DOCTOR.examine(amd("1"), List.of(guest(NestingAsk.YES, CpuMode.CUSTOM)));
        assertTrue(examination.fine(), () -> examination.diagnoses().toString());
        assertEquals(
                "Nothing configures it: it is the default of the kernel or of the distribution.",
                of(amd("1"), "default").sentence());
    }

    @Test
    void switchingOnAnAmdHostWritesANumberAndLoadsTheModuleAnew() {
        Diagnosis now = of(amd("0").file("/etc/modprobe.d/a.conf", "options kvm_amd nested=0\n"), "nesting-now");
        assertEquals(State.FINDING, now.state());
        assertEquals(
                List.of(
                        "echo 'options kvm_amd nested=1' > /etc/modprobe.d/kvm-nested.conf",
                        "update-initramfs -u -k all",
                        "modprobe --showconfig | grep -E '^options kvm[_-]amd '",
                        "modprobe -r kvm_amd",
                        "modprobe kvm_amd",
                        "grep -E '^[Y1]' /sys/module/kvm_amd/parameters/nested"),
                commands(now));
    }

    @Test
    void whileGuestsRunTheModuleIsNotToBeUnloaded() {
        WrittenHost busy = amd("0").file("/sys/module/kvm_amd/refcnt", "4\n");
        List<Step> steps = of(busy, "nesting-now").doNext();
        Step wait = steps.get(steps.size() - 2);
        assertEquals(Step.When.BY_HAND, wait.when());
        assertTrue(wait.say().startsWith("kvm_amd is in use 4 times"), wait.say());
        steps = of(amd("0"), "nesting-now", guest(NestingAsk.NO, CpuMode.CUSTOM))
                .doNext();
        assertTrue(steps.get(steps.size() - 2).say().startsWith("Guests run on this host"));
    }

    @Test
    void aBuiltInModuleIsReachedByTheCommandLineOnly() {
        WrittenHost host = amd("0").file("/proc/modules", "")
                .without("/sys/module/kvm_amd/initstate")
                .without("/sys/module/kvm_amd/refcnt")
                .file("/etc/os-release", "ID=fedora\n");
        assertEquals("kvm_amd is built into the kernel.", of(host, "module").sentence());
        assertEquals(
                List.of("grubby --update-kernel=ALL --args=kvm_amd.nested=1", "systemctl reboot"),
                commands(of(host, "nesting-now")));
    }

    @Test
    void whereTheListOfModulesIsMissingNobodyTakesOneForBuiltIn() {
        WrittenHost host = amd("0").without("/proc/modules")
                .without("/sys/module/kvm_amd/initstate")
                .without("/sys/module/kvm_amd/refcnt");
        assertEquals(State.UNKNOWN, of(host, "module").state());
        host.file("/lib/modules/6.1.0-18-amd64/modules.builtin", "kernel/arch/x86/kvm/kvm-amd.ko\n");
        assertEquals("kvm_amd is built into the kernel.", of(host, "module").sentence());
    }

    @Test
    void aLineForIntelThatWasCopiedForAmdKeepsTheModuleFromLoading() {
        Diagnosis after =
                of(amd("1").file("/etc/modprobe.d/kvm.conf", "options kvm-amd nested=y\n"), "nesting-after-restart");
        assertEquals(State.FINDING, after.state());
        assertEquals(
                "kvm_amd will not load after the next start: nested=y is refused: nested takes a number"
                        + " (/etc/modprobe.d/kvm.conf:1).",
                after.sentence());
        assertEquals(
                "sed -i.before-nestguard '1s/\\bnested=y\\b/nested=1/g' /etc/modprobe.d/kvm.conf",
                commands(after).get(0));
    }

    @Test
    void whatIsOnNowMayBeOffAfterTheNextStart() {
        Diagnosis after = of(
                intel("Y", "6.1.0-18-amd64").file("/etc/modprobe.d/zz.conf", "# us\noptions kvm-intel nested=0\n"),
                "nesting-after-restart");
        assertEquals(
                "Nesting is on now, but will be off after the next start: /etc/modprobe.d/zz.conf:2 says nested=0.",
                after.sentence());
        assertEquals(
                "sed -i.before-nestguard '2s/\\bnested=0\\b/nested=1/g' /etc/modprobe.d/zz.conf",
                commands(after).get(0));
        assertEquals(
                State.FINDING,
                of(
                                intel("Y", "6.1.0-18-amd64")
                                        .file("/etc/modprobe.d/zz.conf", "# us\noptions kvm-intel nested=0\n"),
                                "default")
                        .state());
    }

    @Test
    void aFolderOfModprobeThatCannotBeLookedIntoMayHoldTheContrary() {
        WrittenHost host =
                intel("Y", "6.1.0-18-amd64").file("/etc/modprobe.d/kvm-nested.conf", "options kvm_intel nested=1\n");
        assertEquals(State.OK, of(host, "nesting-after-restart").state());
        Diagnosis after = of(host.closed("/etc/modprobe.d"), "nesting-after-restart");
        assertEquals(State.UNKNOWN, after.state());
        assertTrue(after.details().toString().contains("/etc/modprobe.d: not read"), after.toString());
        String plan = DOCTOR.examine(intel("N", "6.1.0-18-amd64").closed("/etc/modprobe.d"), List.of())
                .fixPlan()
                .script();
        assertTrue(plan.contains(">> /etc/modprobe.d/kvm-nested.conf"), plan);
    }

    @Test
    void aSettingThatABackslashCarriedToALaterLineIsChangedByHand() {
        Diagnosis after = of(
                intel("Y", "6.1.0").file("/etc/modprobe.d/zz.conf", "options kvm_intel \\\n  nested=0\n"),
                "nesting-after-restart");
        assertEquals(
                "Change nested=0 to nested=1 in /etc/modprobe.d/zz.conf:1.",
                after.doNext().get(0).say());
        assertEquals(Step.When.BY_HAND, after.doNext().get(0).when());
    }

    @Test
    void aPackagesFileIsHiddenNotChanged() {
        Diagnosis after = of(
                intel("N", "6.1.0-18-amd64").file("/usr/lib/modprobe.d/zz.conf", "options kvm_intel nested=0\n"),
                "nesting-after-restart");
        assertEquals(
                List.of(
                        "cp /usr/lib/modprobe.d/zz.conf /etc/modprobe.d/zz.conf",
                        "sed -i.before-nestguard '1s/\\bnested=0\\b/nested=1/g' /etc/modprobe.d/zz.conf"),
                commands(after).subList(0, 2));
    }

    @Test
    void theKernelsCommandLineOutdoesEveryFile() {
        WrittenHost host = intel("N", "5.14.0-427.13.1.el9_4.x86_64")
                .file("/etc/os-release", "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n")
                .file("/etc/modprobe.d/kvm.conf", "options kvm_intel nested=1\n")
                .file("/proc/cmdline", "root=/dev/sda1 kvm-intel.nested=0\n");
        Diagnosis after = of(host, "nesting-after-restart");
        assertEquals(
                "Nesting stays off after the next start: the kernel's command line says nested=0.", after.sentence());
        assertEquals(
                "grubby --update-kernel=ALL --remove-args=kvm-intel.nested=0",
                commands(after).get(0));
    }

    @Test
    void aConfiguredValueThatIsNotYetLiveNeedsALoadOnly() {
        Diagnosis now = of(
                intel("N", "4.18.0").file("/etc/modprobe.d/kvm.conf", "options kvm_intel nested=1\n"), "nesting-now");
        assertEquals(
                List.of(
                        "modprobe -r kvm_intel",
                        "modprobe kvm_intel",
                        "grep -E '^[Y1]' /sys/module/kvm_intel/parameters/nested"),
                commands(now));
    }

    @Test
    void withoutConfigurationTheDefaultIsNamedAndNotGuessedAt() {
        assertEquals(
                State.OK,
                of(intel("Y", "6.1.0-18-amd64"), "nesting-after-restart").state());
        assertEquals(
                State.FINDING, of(intel("Y", "4.19.5"), "nesting-after-restart").state());
        assertEquals(
                State.OK,
                of(intel("1", "4.18.0-553.16.1.el8_10.x86_64"), "nesting-after-restart")
                        .state());
        Diagnosis why = of(intel("N", "6.1.0-18-amd64"), "default");
        assertEquals("Nothing configures it, and it is not the kernel's default either.", why.sentence());
        assertEquals(State.FINDING, why.state());
    }

    @Test
    void whatCouldNotBeReadLeavesTheNextStartUnknown() {
        Diagnosis after = of(intel("Y", "6.1.0").without("/proc/cmdline"), "nesting-after-restart");
        assertEquals(State.UNKNOWN, after.state());
        assertTrue(after.details().contains("/proc/cmdline: no such file"));
    }

    @Test
    void aFileThatCannotBeReadHidesThePackagesAllTheSame() {
        // as a link to /dev/null, which is made to take a package's file out
        WrittenHost host = intel("Y", "6.1.0-18-amd64")
                .unreadable("/etc/modprobe.d/kvm.conf")
                .file("/usr/lib/modprobe.d/kvm.conf", "options kvm_intel nested=0\n");
        Diagnosis after = of(host, "nesting-after-restart");
        assertEquals(State.UNKNOWN, after.state(), after.sentence());
    }

    @Test
    void whereTheKernelsCommandLineSaysOffTheModuleIsLoadedWithAnArgument() {
        WrittenHost host = amd("0").file("/proc/cmdline", "root=/dev/sda1 kvm-amd.nested=0\n");
        List<String> commands = commands(of(host, "nesting-now"));
        assertTrue(commands.contains("modprobe kvm_amd nested=1"), commands.toString());
    }

    @Test
    void ourLineBeginsALineOfItsOwnThoughTheFileEndsInTheMidstOfOne() {
        WrittenHost host = amd("0").file("/etc/modprobe.d/kvm-nested.conf", "options kvm ignore_msrs=1");
        assertEquals(
                "printf '\\n%s\\n' 'options kvm_amd nested=1' >> /etc/modprobe.d/kvm-nested.conf",
                commands(of(host, "nesting-now")).get(0));
    }

    @Test
    void aBlacklistedModuleIsNotLoadedByItself() {
        Diagnosis after = of(
                intel("Y", "6.1.0").file("/etc/modprobe.d/no.conf", "blacklist kvm-intel\n"), "nesting-after-restart");
        assertEquals(
                "kvm_intel is not loaded by itself after a start: /etc/modprobe.d/no.conf:1 blacklists it.",
                after.sentence());
    }

    @Test
    void aModuleThatIsNotLoadedLeavesNestingNeitherOnNorOff() {
        WrittenHost host = intel("Y", "6.1.0")
                .file("/proc/modules", "kvm 1000 0 - Live 0x0\n")
                .without("/sys/module/kvm_intel/initstate")
                .without("/sys/module/kvm_intel/refcnt")
                .without("/sys/module/kvm_intel/parameters/nested");
        assertEquals(State.FINDING, of(host, "module").state());
        assertEquals(
                "As kvm_intel is not loaded, nesting is neither on nor off.",
                of(host, "nesting-now").sentence());
    }

    @Test
    void onS390xHpageStandsInTheWayBelowSevenAndNotFromThereOn() {
        Diagnosis older = of(lpar("0", "1", "6.12.0"), "hpage");
        assertEquals("hpage is on: kvm cannot be loaded with nested as long as it is.", older.sentence());
        assertEquals(
                "hpage is on, and nested may be too.",
                of(lpar("0", "1", "7.0.0"), "hpage").sentence());
        assertEquals(
                "hpage and nested are both on, which this kernel allows.",
                of(lpar("1", "1", "7.0.0"), "hpage").sentence());
        assertEquals(State.FINDING, of(lpar("1", "1", "6.12.0"), "hpage").state());
        assertEquals(State.OK, of(lpar("1", "0", "6.12.0"), "hpage").state());
    }

    @Test
    void onS390xBothConfiguredKeepKvmFromLoading() {
        Diagnosis after = of(
                lpar("1", "0", "6.12.0").file("/etc/modprobe.d/kvm.conf", "options kvm nested=1 hpage=1\n"),
                "nesting-after-restart");
        assertEquals(State.FINDING, after.state());
        assertEquals(
                "sed -i.before-nestguard '1s/\\bhpage=1\\b/hpage=0/g' /etc/modprobe.d/kvm.conf",
                commands(after).get(0));
    }

    @Test
    void onS390xNestingThatNothingConfiguresIsGoneAfterTheNextStart() {
        Diagnosis after = of(lpar("1", "0", "6.12.0"), "nesting-after-restart");
        assertEquals(State.FINDING, after.state());
        assertTrue(commands(after).contains("echo 'options kvm nested=1' > /etc/modprobe.d/kvm-nested.conf"));
    }

    @Test
    void aGuestOfKvmWithTheExtensionIsKvmOnKvm() {
        WrittenHost host = x86("GenuineIntel", "vmx hypervisor", "6.1.0")
                .command("systemd-detect-virt --vm", "kvm\n")
                .file("/sys/class/dmi/id/sys_vendor", "QEMU\n");
        Diagnosis level = of(host, "level");
        assertEquals(State.OK, level.state());
        assertEquals(
                "This host is itself a guest of KVM, an L1, and can run guests with KVM: KVM on KVM.",
                level.sentence());
    }

    @Test
    void aGuestOfKvmWithoutTheExtensionEmulates() {
        Diagnosis level =
                of(x86("GenuineIntel", "hypervisor", "6.1.0").command("systemd-detect-virt --vm", "kvm\n"), "level");
        assertEquals(State.FINDING, level.state());
        assertTrue(level.sentence().endsWith("which is not KVM on KVM."));
        assertTrue(level.doNext().get(0).say().contains("name='vmx'"));
    }

    @Test
    void anEmulatedHostIsNoKvmOnKvmEvenWithSvm() {
        Diagnosis level = of(
                x86("AuthenticAMD", "svm hypervisor", "6.1.0").command("systemd-detect-virt --vm", "qemu\n"), "level");
        assertEquals(State.FINDING, level.state());
        assertTrue(level.sentence().contains("TCG"));
    }

    @Test
    void anotherHypervisorBelowIsNamed() {
        Diagnosis level = of(
                x86("GenuineIntel", "vmx hypervisor", "6.1.0")
                        .command("lscpu", "Vendor ID: GenuineIntel\nHypervisor vendor: VMware\n")
                        .command("systemd-detect-virt --vm", "vmware\n"),
                "level");
        assertEquals(State.FINDING, level.state());
        assertTrue(level.sentence().contains("a guest of vmware, not of KVM"));
    }

    @Test
    void aHypervisorsSignBeatsTablesThatLookLikeHardware() {
        Diagnosis level = of(
                x86("GenuineIntel", "vmx hypervisor", "6.1.0")
                        .command("systemd-detect-virt --vm", "kvm\n")
                        .file("/sys/class/dmi/id/sys_vendor", "Example Computers\n"),
                "level");
        assertEquals(State.OK, level.state());
        assertTrue(level.sentence().contains("KVM on KVM"));
    }

    @Test
    void twoHypervisorsAtOnceAreAContradiction() {
        Diagnosis level = of(
                x86("GenuineIntel", "vmx hypervisor", "6.1.0")
                        .command("systemd-detect-virt --vm", "kvm\n")
                        .command("lscpu", "Hypervisor vendor: Xen\n"),
                "level");
        assertEquals(State.UNKNOWN, level.state());
        assertTrue(level.details().size() >= 3);
    }

    @Test
    void aHypervisorThatDoesNotNameItselfIsUnknown() {
        assertEquals(
                State.UNKNOWN,
                of(x86("GenuineIntel", "vmx hypervisor", "6.1.0"), "level").state());
    }

    @Test
    void anLparIsTheFirstLevel() {
        assertEquals(
                "This host is an LPAR: the first level that runs KVM, L0.",
                of(lpar("1", "0", "6.12.0"), "level").sentence());
        WrittenHost guest = lpar("0", "0", "6.12.0")
                .file("/proc/sysinfo", "LPAR Name: A\nVM00 Name: g\nVM00 Control Program: KVM/Linux\n");
        assertTrue(of(guest, "level").sentence().contains("KVM on KVM"));
    }

    @Test
    void onAHostThatIsAGuestItselfNestingMayStayOff() {
        WrittenHost host = amd("0").command("systemd-detect-virt --vm", "kvm\n");
        assertEquals(State.OK, of(host, "nesting-now").state());
        assertEquals(List.of(), of(host, "nesting-now").doNext());
    }

    @Test
    void kvmOfAnotherKindComesOutAsWhatItIs() {
        WrittenHost host = x86("AuthenticAMD", "hypervisor", "6.18.44-fc")
                .file("/sys/module/kvm/parameters/halt_poll_ns", "1\n")
                .file("/sys/module/kvm_pvm/parameters/x", "1\n")
                .command("systemd-detect-virt --vm", "kvm\n");
        assertEquals("KVM runs by kvm_pvm.", of(host, "module").sentence());
        assertTrue(of(host, "level").sentence().contains("kvm_pvm"));
        assertEquals(State.UNKNOWN, of(host, "nesting-now").state());
        assertEquals(List.of(), commands(of(host, "nesting-now")));
    }

    @Test
    void onPowerTheValueChangesWhileGuestsRun() {
        WrittenHost power = new WrittenHost("power-a")
                .file("/proc/cpuinfo", "processor : 0\ncpu : POWER9, altivec supported\n\nplatform : PowerNV\n")
                .file("/proc/version", "Linux version 6.12.0 (a@b) #1\n")
                .file("/proc/cmdline", "quiet\n")
                .file("/etc/os-release", "ID=debian\n")
                .file("/dev/kvm", "")
                .file("/proc/modules", "kvm_hv 1000 2 - Live 0x0\n")
                .file("/sys/module/kvm_hv/initstate", "live\n")
                .file("/sys/module/kvm_hv/refcnt", "2\n")
                .file("/sys/module/kvm_hv/parameters/nested", "N\n");
        assertEquals(State.OK, of(power, "level").state());
        assertTrue(commands(of(power, "nesting-now")).contains("echo 1 > /sys/module/kvm_hv/parameters/nested"));
    }

    @Test
    void armNestsFromSixteenOnWhereItIsAskedTo() {
        WrittenHost arm = new WrittenHost("arm-a")
                .file(
                        "/proc/cpuinfo",
                        "processor : 0\nFeatures : fp asimd\nCPU implementer : 0x41\nCPU architecture: 8\n")
                .file("/proc/version", "Linux version 6.12.0 (a@b) #1\n")
                .file("/proc/cmdline", "kvm-arm.mode=nested\n")
                .file("/dev/kvm", "");
        assertEquals(State.FINDING, of(arm, "nesting-now").state());
        arm.file("/proc/version", "Linux version 6.17.0 (a@b) #1\n");
        assertEquals(State.UNKNOWN, of(arm, "nesting-now").state());
        arm.file("/proc/cmdline", "quiet\n");
        assertEquals(State.FINDING, of(arm, "nesting-now").state());
    }

    @Test
    void aGuestWithTheHostsCpuTravelsWorseWhichIsARemarkAndNoFinding() {
        Diagnosis passed = of(amd("1"), "guest", guest(NestingAsk.DEPENDS, CpuMode.HOST_PASSTHROUGH));
        assertEquals(State.OK, passed.state());
        assertEquals("l1 sees svm.", passed.sentence());
        assertTrue(passed.details().get(0).contains("-cpu host"), passed::toString);
        assertTrue(passed.details().get(0).endsWith("travels better"), passed::toString);
        assertEquals(List.of(), passed.doNext());
        Diagnosis named = of(amd("1"), "guest", guest(NestingAsk.YES, CpuMode.CUSTOM));
        assertEquals(List.of("its CPU is a named model, which travels well"), named.details());
        assertEquals(List.of(new Seen("/proc/7/cmdline", 0)), named.evidence());
    }

    @Test
    void aGuestThatIsToNestWhereTheHostDoesNotIsAFinding() {
        assertEquals(
                "l1 is to see svm, but nesting is off on this host, so it does not get it.",
                of(amd("0"), "guest", guest(NestingAsk.YES, CpuMode.CUSTOM)).sentence());
    }

    @Test
    void aGuestWhoseCpuFollowsTheHostsAsksForNothing() {
        Diagnosis off = of(amd("0"), "guest", guest(NestingAsk.DEPENDS, CpuMode.HOST_PASSTHROUGH));
        assertEquals(State.OK, off.state());
        assertEquals("l1 does not see svm: its CPU follows the host's, where nesting is off.", off.sentence());
    }

    @Test
    void whetherAGuestNestsIsUnknownWhereTheHostsNestingIs() {
        WrittenHost host = amd("1").without("/sys/module/kvm_amd/parameters/nested");
        for (NestingAsk ask : List.of(NestingAsk.YES, NestingAsk.DEPENDS)) {
            assertEquals(
                    State.UNKNOWN, of(host, "guest", guest(ask, CpuMode.CUSTOM)).state());
        }
        assertEquals(
                State.OK,
                of(host, "guest", guest(NestingAsk.NO, CpuMode.CUSTOM)).state());
    }

    @Test
    void ofAGuestThatSaysNothingNothingIsKnown() {
        GuestCpu silent = new GuestCpu("x", Reading.unsaid("no -cpu"), Reading.unsaid("no -cpu"), List.of());
        assertEquals(State.UNKNOWN, of(amd("1"), "guest", silent).state());
        GuestCpu half = new GuestCpu("x", Reading.said(NestingAsk.NO, 1), Reading.unsaid("no -cpu"), List.of());
        assertEquals(State.UNKNOWN, of(amd("1"), "guest", half).state());
    }

    @Test
    void anEmptyHostIsUnknownThroughoutAndNothingThrows() {
        Examination examination = DOCTOR.examine(new WrittenHost("nothing"), List.of());
        assertFalse(examination.fine());
        examination.diagnoses().forEach(d -> assertEquals(State.UNKNOWN, d.state(), d.id()));
        assertTrue(examination.fixPlan().script().contains("There is nothing to run"));
    }
}
