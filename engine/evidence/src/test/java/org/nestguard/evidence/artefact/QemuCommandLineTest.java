package org.nestguard.evidence.artefact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nestguard.facts.Accelerator;
import org.nestguard.facts.CpuMode;
import org.nestguard.facts.Vendor;

class QemuCommandLineTest {
    private static QemuCommandLine x86(String rest) {
        return QemuCommandLine.read("/usr/bin/qemu-system-x86_64 " + rest);
    }

    private static NestingAsk nesting(String rest) {
        return x86("-accel kvm " + rest).nesting().value().orElseThrow();
    }

    private static Optional<Accelerator> accelerator(String line) {
        return QemuCommandLine.read(line)
                .accelerators()
                .flatMap(QemuAccelerators::one)
                .value();
    }

    @Test
    void aProcessHasItsWordsBetweenNulls() {
        QemuCommandLine line = QemuCommandLine.read(
                "/usr/bin/qemu-system-x86_64\0-name\0guest=web 1,debug-threads=on\0-accel\0kvm\0-cpu\0host\0");
        assertEquals("/usr/bin/qemu-system-x86_64", line.binary().value().orElseThrow());
        assertEquals("web 1", line.name().value().orElseThrow());
        assertEquals(NestingAsk.DEPENDS, line.nesting().value().orElseThrow());
    }

    @Test
    void aLogHasAssignmentsInFrontAndBackslashesAtTheEnds() {
        QemuCommandLine line = QemuCommandLine.read(
                "LC_ALL=C \\\nPATH=/bin \\\n/usr/bin/qemu-system-x86_64 \\\n-name 'guest=it'\\''s,debug-threads=on' \\\n"
                        + "-uuid C0FFEE00-0000-4000-8000-0000000000AA \\\n-S");
        assertEquals("it's", line.name().value().orElseThrow());
        assertEquals("c0ffee00-0000-4000-8000-0000000000aa", line.uuid().value().orElseThrow());
        assertTrue(line.stopped().value().orElseThrow());
    }

    @Test
    void proxmoxGivesTheUuidToTheFirmwareTables() {
        QemuCommandLine line = QemuCommandLine.read(
                "/usr/bin/kvm -id 100 -name 'web,debug-threads=on' "
                        + "-smbios 'type=1,uuid=7b10d7af-b932-4c66-b2c3-3996152ec465' -machine 'hpet=off,type=pc-q35-9.2+pve1'");
        assertEquals("7b10d7af-b932-4c66-b2c3-3996152ec465", line.uuid().value().orElseThrow());
        MachineType machine = line.machine().value().orElseThrow();
        assertEquals("pc-q35-9.2", machine.name());
        assertEquals(Optional.of(1), machine.proxmoxRevision());
        assertEquals("x86_64", line.arch().value().orElseThrow());
    }

    @Test
    void aCommaInANameIsDoubled() {
        assertEquals("a,b", x86("-name guest=a,,b,process=x").name().value().orElseThrow());
    }

    @Test
    void eachWayToAskForKvmIsKvm() {
        for (String way : List.of(
                "-enable-kvm",
                "--enable-kvm",
                "-accel kvm",
                "-accel kvm,kernel-irqchip=split",
                "-machine q35,accel=kvm",
                "-M pc -machine accel=kvm",
                "-accel accel=kvm")) {
            assertEquals(Optional.of(Accelerator.KVM), accelerator("qemu-system-x86_64 " + way), way);
        }
    }

    @Test
    void aListOfAcceleratorsCannotTell() {
        assertEquals(Optional.empty(), accelerator("qemu-system-x86_64 -machine accel=kvm:tcg"));
        assertEquals(Optional.empty(), accelerator("qemu-system-x86_64 -accel kvm -accel tcg"));
    }

    @Test
    void withoutAnOptionTheNameOfTheBinaryDecides() {
        assertEquals(Optional.of(Accelerator.TCG), accelerator("/usr/bin/qemu-system-x86_64 -m 1"));
        assertEquals(Optional.empty(), accelerator("/usr/libexec/qemu-kvm -m 1"));
        assertEquals(
                List.of("kvm", "tcg"),
                QemuCommandLine.read("/usr/bin/kvm -m 1")
                        .accelerators()
                        .value()
                        .orElseThrow()
                        .names());
    }

    @Test
    void theLastMachineOptionCounts() {
        assertEquals(
                Optional.of(Accelerator.TCG), accelerator("/usr/bin/kvm -machine accel=kvm -machine q35,accel=tcg"));
    }

    @Test
    void anotherHypervisorIsNeitherAndDoesNotNest() {
        QemuCommandLine line = x86("-accel hvf -cpu host,vmx=on");
        assertTrue(line.accelerators().flatMap(QemuAccelerators::one).value().isEmpty());
        assertEquals(Reading.said(NestingAsk.NO, 0), line.nesting());
    }

    @Test
    void minusBeatsPlusWhichBeatsOnWhereverTheyStand() {
        assertEquals(NestingAsk.NO, nesting("-cpu Haswell,-vmx,+vmx,vmx=on"));
        assertEquals(NestingAsk.YES, nesting("-cpu Haswell,+vmx,vmx=off"));
        assertEquals(NestingAsk.NO, nesting("-cpu Haswell,vmx=on,vmx=off"));
        assertEquals(NestingAsk.YES, nesting("-cpu Haswell,vmx"));
    }

    @Test
    void aSubFeatureIsNotTheExtension() {
        assertEquals(NestingAsk.DEPENDS, nesting("-cpu host,-vmx-mbec,-svme-addr-chk"));
        assertEquals(NestingAsk.NO, nesting("-cpu Skylake-Server,vmx-ept=on,+vmx-pml"));
    }

    @Test
    void aHostCpuFollowsTheHostUnlessItsOwnExtensionIsOff() {
        assertEquals(NestingAsk.DEPENDS, nesting("-cpu max"));
        QemuCommandLine line = x86("-accel kvm -cpu host,-vmx");
        assertEquals(Optional.of(NestingAsk.NO), line.nesting(Vendor.INTEL).value());
        assertEquals(Optional.of(NestingAsk.DEPENDS), line.nesting(Vendor.AMD).value());
        assertEquals(Optional.of(NestingAsk.DEPENDS), line.nesting().value(), "svm still follows an AMD host");
        assertEquals(NestingAsk.NO, nesting("-cpu host,-vmx,svm=off"));
    }

    @Test
    void whatTheVendorDoesNotHaveIsDropped() {
        QemuCommandLine line = x86("-accel kvm -cpu Haswell,vmx=on");
        assertEquals(Optional.of(NestingAsk.NO), line.nesting(Vendor.AMD).value());
        assertEquals(Optional.of(NestingAsk.YES), line.nesting(Vendor.INTEL).value());
    }

    @Test
    void aModelThatListsSvmKeepsItOnOldMachinesOnly() {
        assertEquals(NestingAsk.NO, nesting("-machine pc-i440fx-2.2 -cpu Opteron_G3"));
        assertEquals(NestingAsk.DEPENDS, nesting("-machine pc-i440fx-2.1 -cpu Opteron_G3"));
        assertEquals(NestingAsk.DEPENDS, nesting("-machine pc-1.0"), "qemu64 is the default");
        assertEquals(NestingAsk.NO, nesting("-machine pc-i440fx-2.1 -cpu Opteron_G3,svm=off"));
        assertEquals(NestingAsk.NO, nesting("-machine pc-i440fx-2.1 -cpu Haswell"));
        assertEquals(NestingAsk.DEPENDS, nesting("-machine pc-i440fx-trusty -cpu core2duo"));
        assertEquals(NestingAsk.NO, nesting("-machine pc-q35-10.1 -cpu EPYC-v4"));
        assertEquals(NestingAsk.NO, nesting("-machine q35 -cpu EPYC"));
    }

    @Test
    void emulationIsNoNestingWhateverTheCpu() {
        assertEquals(Reading.said(NestingAsk.NO, 0), x86("-cpu EPYC,svm=on").nesting());
    }

    @Test
    void otherArchitecturesAskInTheirOwnWay() {
        assertEquals(NestingAsk.YES, other("s390x", "-cpu z14,sief2=on"));
        assertEquals(NestingAsk.NO, other("s390x", "-cpu z14-base"));
        assertEquals(NestingAsk.NO, other("s390x", "-cpu host,sief2=off"));
        assertEquals(NestingAsk.DEPENDS, other("s390x", "-m 1"));
        assertEquals(NestingAsk.YES, other("ppc64", "-machine pseries,cap-nested-hv=on"));
        assertEquals(NestingAsk.NO, other("ppc64", "-machine pseries,cap-nested-hv=off -cpu host"));
        assertEquals(NestingAsk.YES, other("aarch64", "-machine virt,virtualization=on -cpu host"));
        assertEquals(NestingAsk.NO, other("aarch64", "-machine virt -cpu host"));
        assertTrue(QemuCommandLine.read("qemu-system-riscv64 -accel kvm -cpu host")
                .nesting()
                .value()
                .isEmpty());
    }

    private static NestingAsk other(String arch, String rest) {
        return QemuCommandLine.read("qemu-system-" + arch + " -accel kvm " + rest)
                .nesting()
                .value()
                .orElseThrow();
    }

    @Test
    void aGlobalThatSetsTheExtensionCannotBeWorkedOut() {
        assertTrue(x86("-accel kvm -cpu Haswell -global Haswell-x86_64-cpu.vmx=on")
                .nesting()
                .value()
                .isEmpty());
        assertTrue(x86("-accel kvm -cpu host -global driver=host-x86_64-cpu,property=svm,value=off")
                .nesting()
                .value()
                .isEmpty());
        assertEquals(NestingAsk.NO, nesting("-cpu Haswell -global ICH9-LPC.noreboot=off"));
    }

    @Test
    void anArchitectureThatNobodyNamesIsKnownByAVendorThatMakesOnlyOne() {
        QemuCommandLine line = QemuCommandLine.read("/usr/bin/kvm -machine virt -cpu host");
        assertTrue(line.nesting().value().isEmpty());
        assertEquals(Optional.of(NestingAsk.DEPENDS), line.nesting(Vendor.AMD).value());
        assertEquals(Optional.of(NestingAsk.NO), line.nesting(Vendor.ARM).value());
        assertTrue(line.nesting(Vendor.IBM).value().isEmpty());
    }

    @Test
    void theCpuModeIsPassthroughForHostAndMax() {
        assertEquals(
                Optional.of(CpuMode.HOST_PASSTHROUGH), x86("-cpu max").cpuMode().value());
        assertEquals(Optional.of(CpuMode.CUSTOM), x86("-cpu EPYC").cpuMode().value());
        assertTrue(x86("-m 1").cpuMode().value().isEmpty());
        assertEquals(
                Optional.of(false), x86("-cpu host,migratable=off").migratable().value());
        assertTrue(x86("-cpu host").migratable().value().isEmpty());
    }

    @Test
    void evmcsIsOffWhereNobodyAsksAndOpenWhereAllIsPassedOn() {
        assertEquals(Optional.of(true), x86("-cpu host,hv_evmcs").evmcs().value());
        assertEquals(Optional.of(true), x86("-cpu host,hv-evmcs=on").evmcs().value());
        assertEquals(Optional.of(false), x86("-cpu host,hv-vapic").evmcs().value());
        assertTrue(x86("-cpu host,hv-passthrough").evmcs().value().isEmpty());
        assertEquals(
                Optional.of(false),
                x86("-cpu host,hv_passthrough,-hv-evmcs").evmcs().value());
        assertEquals(
                Optional.of(true),
                x86("-cpu host,hv_passthrough").hypervPassthrough().value());
    }

    @Test
    void smmIsUnsaidUnlessTheMachineSaysIt() {
        assertEquals(Optional.of(true), x86("-machine q35,smm=on").smm().value());
        assertEquals(
                Optional.of(false), x86("-machine q35 -machine smm=off").smm().value());
        assertTrue(x86("-machine q35,smm=auto").smm().value().isEmpty());
        assertTrue(x86("-machine q35").smm().value().isEmpty());
    }

    @Test
    void hugePagesAreSeenInPathsAndFlags() {
        assertEquals(
                Optional.of(true),
                x86("-mem-path /dev/hugepages/libvirt").hugePages().value());
        assertEquals(
                Optional.of(true),
                x86("-object '{\"qom-type\":\"memory-backend-memfd\",\"id\":\"m\",\"hugetlb\":true}'")
                        .hugePages()
                        .value());
        assertEquals(
                Optional.of(true),
                x86("-object memory-backend-file,id=m,mem-path=/run/hugepages/kvm/1048576kB")
                        .hugePages()
                        .value());
        assertEquals(Optional.of(false), x86("-m 512").hugePages().value());
        assertEquals(
                Optional.of(false),
                x86("-object memory-backend-file,id=m,mem-path=/dev/shm/x")
                        .hugePages()
                        .value());
        assertTrue(x86("-object memory-backend-file,id=m,mem-path=/mnt/mem")
                .hugePages()
                .value()
                .isEmpty());
    }

    @Test
    void aConfidentialGuestIsKnownByItsObject() {
        assertEquals(
                Optional.of(Confidential.NONE),
                x86("-machine q35").confidential().value());
        assertEquals(
                Optional.of(Confidential.TDX),
                x86("-machine q35,confidential-guest-support=t -object '{\"qom-type\":\"tdx-guest\",\"id\":\"t\"}'")
                        .confidential()
                        .value());
        assertEquals(
                Optional.of(Confidential.SEV),
                x86("-machine q35,memory-encryption=s -object sev-guest,id=s,cbitpos=47")
                        .confidential()
                        .value());
        assertTrue(x86("-machine q35,confidential-guest-support=x -object rng-random,id=x")
                .confidential()
                .value()
                .isEmpty());
        assertTrue(x86("-machine q35,confidential-guest-support=x")
                .confidential()
                .value()
                .isEmpty());
    }

    @Test
    void theStartIsColdUnlessAStateIsAskedFor() {
        assertEquals(new QemuStart.Cold(), start("-S"));
        assertEquals(new QemuStart.Loaded("before update"), start("-loadvm 'before update'"));
        assertEquals(incoming(QemuStart.Origin.MIGRATION, "tcp:[::]:49152"), start("-incoming tcp:[::]:49152"));
        assertEquals(incoming(QemuStart.Origin.TOLD_LATER, "defer"), start("-incoming defer"));
        assertEquals(incoming(QemuStart.Origin.STREAM, "fd:23"), start("-incoming fd:23"));
        assertEquals(incoming(QemuStart.Origin.STREAM, "exec:cat x"), start("-incoming 'exec:cat x'"));
        assertEquals(incoming(QemuStart.Origin.FILE, "file:/x"), start("-incoming file:/x"));
        assertEquals(incoming(QemuStart.Origin.FILE, "/var/lib/x.raw"), start("-loadstate /var/lib/x.raw"));
        assertEquals(incoming(QemuStart.Origin.UNKNOWN, "carrier:pigeon"), start("-incoming carrier:pigeon"));
        String channel = "{\"channel-type\":\"main\",\"addr\":{\"transport\":\"file\",\"filename\":\"/x\"}}";
        assertEquals(incoming(QemuStart.Origin.FILE, channel), start("-incoming '" + channel + "'"));
    }

    private static QemuStart start(String rest) {
        return x86(rest).start().value().orElseThrow();
    }

    private static QemuStart incoming(QemuStart.Origin origin, String uri) {
        return new QemuStart.Incoming(origin, uri);
    }

    @Test
    void theValueOfAnOptionIsNotTakenForAnOption() {
        assertEquals(NestingAsk.NO, nesting("-cpu Haswell -append '-cpu' -initrd x"));
        assertTrue(x86("-accel kvm -append '-loadvm' -name x").start().value().orElseThrow() instanceof QemuStart.Cold);
        assertEquals(NestingAsk.DEPENDS, nesting("-some-new-switch -cpu host"));
    }

    @Test
    void aTextThatIsNoCommandLineOfQemuSaysNothing() {
        for (String text : List.of("", "\0\0", "sshd: root@pts/0", "cat /proc/cpuinfo", "A=b", "kvm 'open")) {
            QemuCommandLine line = QemuCommandLine.read(text);
            assertTrue(line.name().value().isEmpty(), text);
            assertTrue(line.start().value().isEmpty(), text);
            assertTrue(line.confidential().value().isEmpty(), text);
            assertTrue(line.nesting().value().isEmpty(), text);
            assertFalse(line.qemu(), text);
        }
    }

    @Test
    void aWrapperWithQemusOptionsIsReadAsQemu() {
        QemuCommandLine line = QemuCommandLine.read("/opt/run-vm -accel kvm -machine pc-q35-9.0 -cpu host");
        assertEquals(Optional.of(NestingAsk.DEPENDS), line.nesting().value());
        assertEquals("x86_64", line.arch().value().orElseThrow());
    }

    @Test
    void armIsKnownByItsFirmwareAndItsInterruptController() {
        for (String sign : List.of(
                "-machine virt,gic-version=3",
                "-machine virt -bios /usr/share/pve-edk2-firmware//AAVMF_CODE.fd",
                "-drive file=/usr/share/edk2/aarch64/QEMU_EFI.raw,if=pflash")) {
            assertEquals(
                    "aarch64",
                    QemuCommandLine.read("/usr/libexec/qemu-kvm " + sign)
                            .arch()
                            .value()
                            .orElseThrow(),
                    sign);
        }
        assertTrue(QemuCommandLine.read("/usr/bin/kvm -machine virt -bios /usr/share/AAVMF/AAVMF32_CODE.fd")
                .arch()
                .value()
                .isEmpty());
    }

    @Test
    void aBinaryThatWasReplacedWhileItRanIsKnown() {
        assertEquals(
                "x86_64",
                QemuCommandLine.of(List.of("/usr/bin/qemu-system-x86_64 (deleted)", "-m", "1"))
                        .arch()
                        .value()
                        .orElseThrow());
    }

    @Test
    void aHugeCommandLineIsRefused() {
        assertTrue(
                QemuCommandLine.read("kvm\0".repeat(3_000_000)).binary().value().isEmpty());
        assertTrue(QemuCommandLine.read("kvm\0" + "-x\0".repeat(500_000))
                .binary()
                .value()
                .isEmpty());
    }

    @Test
    void aFileOfOptionsMayNameTheAccelerator() {
        assertEquals(Optional.empty(), accelerator("qemu-system-x86_64 -readconfig /etc/qemu/l1.cfg"));
        assertEquals(Optional.of(Accelerator.KVM), accelerator("qemu-system-x86_64 -accel kvm -readconfig /x.cfg"));
    }

    @Test
    void aProcessHasTheWordsThatLibvirtLogged() {
        QemuCommandLine process = QemuCommandLine.read(
                "/usr/bin/qemu-system-x86_64\0-name\0guest=it's\0-object\0{\"id\":\"a b\"}\0-append\0one\ntwo\0");
        assertTrue(process.sameWords(QemuCommandLine.read("""
                LC_ALL=C \\
                /usr/bin/qemu-system-x86_64 \\
                -name 'guest=it'\\''s' \\
                -object '{"id":"a b"}' \\
                -append 'one
                two'
                """)));
        assertFalse(process.sameWords(QemuCommandLine.read("/usr/bin/qemu-system-x86_64 -name 'guest=it'\\''s'")));
        assertFalse(QemuCommandLine.read("").sameWords(QemuCommandLine.read("")));
    }

    @Test
    void whoeverElseCanGiveCommandsIsSeen() {
        String libvirts = "qemu-system-x86_64 -nodefaults -chardev socket,id=charmonitor,fd=31,server=on,wait=off"
                + " -mon chardev=charmonitor,id=monitor,mode=control ";
        for (String none : List.of("", "-monitor none", "-append '-monitor stdio'")) {
            assertEquals(
                    Optional.of(false),
                    QemuCommandLine.read(libvirts + none).otherMonitor().value(),
                    none);
        }
        for (String other : List.of(
                "-monitor stdio",
                "--monitor tcp:127.0.0.1:4444,server",
                "-qmp unix:/run/q,server",
                "-qmp-pretty unix:/run/q,server",
                "-mon chardev=mine,mode=readline",
                "-mon mine",
                "-mon chardev=charmonitor,mode=readline",
                "-serial mon:stdio",
                "-gdb tcp::1234",
                "-s")) {
            assertEquals(
                    Optional.of(true),
                    QemuCommandLine.read(libvirts + other).otherMonitor().value(),
                    other);
        }
        assertEquals(
                Optional.of(true),
                QemuCommandLine.read("qemu-system-x86_64 -display none")
                        .otherMonitor()
                        .value(),
                "it makes one where it is not told to do without");
        for (String elsewhere : List.of("-readconfig /etc/vm.cfg", "-set chardev.charmonitor.path=/run/mine")) {
            assertTrue(QemuCommandLine.read(libvirts + elsewhere)
                    .otherMonitor()
                    .value()
                    .isEmpty());
        }
    }

    @Test
    void onAnOldMachineTypeOfRedHatTheVersionOfQemuDecidesWhatAModelKeeps() {
        String line = "/usr/libexec/qemu-kvm -enable-kvm -M %s -cpu %s";
        for (String machine : List.of("rhel6.5.0", "pc-i440fx-rhel7.0.0", "pc-q35-rhel7.1.0")) {
            assertTrue(QemuCommandLine.read(line.formatted(machine, "Opteron_G5"))
                    .nesting(Vendor.AMD)
                    .value()
                    .isEmpty());
            assertEquals(
                    Optional.of(NestingAsk.NO),
                    QemuCommandLine.read(line.formatted(machine, "Haswell"))
                            .nesting(Vendor.INTEL)
                            .value(),
                    "it lists no vmx");
            assertEquals(
                    Optional.of(NestingAsk.NO),
                    QemuCommandLine.read(line.formatted(machine, "Opteron_G5,-svm"))
                            .nesting(Vendor.AMD)
                            .value());
            assertEquals(
                    Optional.of(NestingAsk.YES),
                    QemuCommandLine.read(line.formatted(machine, "Opteron_G5,+svm"))
                            .nesting(Vendor.AMD)
                            .value());
        }
        assertEquals(
                Optional.of(NestingAsk.NO),
                QemuCommandLine.read(line.formatted("pc-i440fx-rhel7.6.0", "EPYC"))
                        .nesting(Vendor.AMD)
                        .value(),
                "it came with QEMU 2.12");
    }

    @Test
    void aSwitchHasFourWordsForEachOfItsStates() {
        for (String on : List.of("on", "yes", "true", "y")) {
            assertEquals(
                    Optional.of(true),
                    QemuCommandLine.read("qemu-kvm -machine q35,smm=" + on)
                            .smm()
                            .value());
        }
        for (String off : List.of("off", "no", "false", "n")) {
            assertEquals(
                    Optional.of(false),
                    QemuCommandLine.read("qemu-kvm -machine q35,smm=" + off)
                            .smm()
                            .value());
        }
    }
}
