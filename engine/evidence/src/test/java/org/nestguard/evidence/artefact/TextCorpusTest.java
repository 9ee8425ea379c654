package org.nestguard.evidence.artefact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.nestguard.evidence.artefact.Lsmod.LoadedModule;
import org.nestguard.evidence.artefact.ModprobeConfiguration.ConfigurationFile;
import org.nestguard.facts.KernelRelease;

/** Plain texts of real machines, where a corpus of them is at hand: every value that is expected of one comes out. */
class TextCorpusTest {
    /**
     * Files that are known from elsewhere to come from a guest, their text not saying so. The reading is unsaid, as the
     * expectation of the first admits in words; for the second it says yes without.
     */
    private static final Set<String> GUESTS_BY_HEARSAY =
            Set.of("intel-i5-3317u-in-virtualbox.cpuinfo", "loongarch-in-kvm.cpuinfo");

    @TestFactory
    Stream<DynamicTest> cpuinfo() {
        return files("cpuinfo", (row, text) -> {
            CpuInfo info = CpuInfo.read(text);
            assertEquals(row.get("arch"), info.machine().value().orElse("-"), "arch");
            assertEquals(row.get("vendor"), info.vendorId().value().orElse("not-stated"), "vendor");
            assertEquals(row.get("model"), info.modelName().value().orElse("-"), "model");
            assertEquals(
                    row.get("virt_ext"),
                    info.extension().value().orElse(OfferedExtension.NONE).word(),
                    "extension");
            assertEquals(
                    row.get("hypervisor_flag"),
                    yes(info.hypervisorFlag().value().orElse(false)),
                    "flag");
            assertEquals(row.get("processor_entries"), shown(info.processors()), "processors");
            String inGuest = GUESTS_BY_HEARSAY.contains(row.get("file")) ? "unknown" : row.get("in_guest");
            assertEquals(
                    inGuest.startsWith("yes") ? "yes" : inGuest,
                    info.inGuest().value().map(TextCorpusTest::yes).orElse("unknown"),
                    "in guest");
        });
    }

    @TestFactory
    Stream<DynamicTest> lscpu() {
        return files("lscpu", (row, text) -> {
            Lscpu lscpu = Lscpu.read(text);
            assertEquals(row.get("architecture"), shown(lscpu.architecture()));
            assertEquals(row.get("vendor"), shown(lscpu.vendorId()));
            assertEquals(row.get("model"), shown(lscpu.modelName()));
            assertEquals(row.get("virtualization"), shown(lscpu.virtualization()));
            assertEquals(row.get("hypervisor_vendor"), shown(lscpu.hypervisorVendor()));
            assertEquals(row.get("virtualization_type"), shown(lscpu.virtualizationType()));
            assertEquals(row.get("cpus"), shown(lscpu.cpus()));
            assertEquals(
                    row.get("virt_flag_in_flags"),
                    yes(lscpu.extension()
                            .value()
                            .filter(e -> e != OfferedExtension.NONE)
                            .isPresent()));
            String inGuest = row.get("in_guest").startsWith("LPAR only") ? "no" : row.get("in_guest");
            assertEquals(
                    inGuest, lscpu.inGuest().value().map(TextCorpusTest::yes).orElse("not shown"));
        });
    }

    @TestFactory
    Stream<DynamicTest> uname() {
        return Corpus.tests(
                "uname", "id", row -> release(row, Uname.read(row.get("line")).release(), "micro"));
    }

    @TestFactory
    Stream<DynamicTest> procVersion() {
        return Corpus.tests(
                "proc-version",
                "kernel_release",
                row -> release(row, ProcVersion.read(row.get("line")).release(), "micro"));
    }

    @TestFactory
    Stream<DynamicTest> kernelRelease() {
        return Corpus.tests(
                "kernel-release",
                "kernel_release",
                row -> release(row, Uname.read(row.get("kernel_release") + "\n").release(), "micro_as_printed"));
    }

    private static void release(Corpus.Row row, Reading<KernelRelease> release, String micro) {
        assertEquals(row.get("kernel_release"), shown(release));
        assertEquals(row.get("major"), shown(release.map(r -> r.version().major())));
        assertEquals(row.get("minor"), shown(release.map(r -> r.version().minor())));
        assertEquals(row.get(micro), shown(release.map(r -> r.version().micro())));
    }

    @TestFactory
    Stream<DynamicTest> kvmParameters() {
        return files("kvm-params", (row, text) -> {
            ModuleParameters parameters = ModuleParameters.read(text);
            assertEquals(row.get("nested_value"), shown(parameters.text(row.get("module"), "nested")));
            assertEquals(
                    row.get("nested_enabled"),
                    parameters
                            .on(row.get("module"), "nested")
                            .value()
                            .map(TextCorpusTest::yes)
                            .orElse("-"));
        });
    }

    @TestFactory
    Stream<DynamicTest> lsmod() {
        return files("lsmod", (row, text) -> {
            Lsmod lsmod = Lsmod.read(text);
            Optional<LoadedModule> vendor = lsmod.vendorModule();
            assertEquals(row.get("kvm_usable_by_modules"), yes(vendor.isPresent()));
            assertEquals(
                    row.get("vendor_module"), vendor.map(LoadedModule::name).orElse("none"));
            assertEquals(
                    row.get("vendor_module_use_count"),
                    vendor.map(m -> shown(m.uses())).orElse("-"));
            if (!row.get("modules").equals("-")) {
                assertEquals(row.get("modules"), lsmod.modules().size() + " modules");
            }
            assertEquals(List.of(), lsmod.complaints());
        });
    }

    @TestFactory
    Stream<DynamicTest> modprobe() {
        return files("modprobe", (row, text) -> {
            ModprobeConfiguration configuration = ModprobeConfiguration.read(
                    List.of(new ConfigurationFile("/etc/modprobe.d", row.get("file"), text)), "");
            String nested = Stream.of("kvm_intel", "kvm_amd", "kvm")
                    .flatMap(m -> configuration.last(m, "nested").stream())
                    .map(s -> s.module() + ": " + s.value().orElse(""))
                    .collect(Collectors.joining("; "));
            assertEquals(row.get("nested_options"), nested.isEmpty() ? "none" : nested);
            for (String module : List.of("kvm", "kvm_intel", "kvm_amd")) {
                assertTrue(configuration.blacklisted(module).isEmpty(), row.get("kvm_blacklisted"));
            }
            assertEquals(
                    row.get("note").contains("malformed lines"),
                    !configuration.complaints().isEmpty(),
                    () -> configuration.complaints().toString());
        });
    }

    @TestFactory
    Stream<DynamicTest> dmidecode() {
        return files("dmidecode", (row, text) -> {
            DmiTable table = DmiTable.read(text);
            assertEquals(row.get("system_manufacturer"), shown(table.manufacturer()));
            assertEquals(row.get("system_product"), shown(table.product()));
            assertEquals(row.get("bios_vendor"), shown(table.biosVendor()));
            DmiPlatform platform = table.platform().value().orElseThrow();
            if (row.get("platform_hint").equals("bare metal")) {
                assertEquals(DmiPlatform.HARDWARE, platform);
            } else {
                String hypervisor = row.get("platform_hint").split(" ", -1)[0];
                assertTrue(platform.says().endsWith("a guest of " + hypervisor), platform.says());
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> procSysinfo() {
        return files("proc-sysinfo", (row, text) -> {
            SysInfo info = SysInfo.read(text);
            assertEquals(row.get("machine_type"), shown(info.machineType()));
            assertEquals(row.get("lpar_name"), shown(info.lparName()));
            assertEquals(row.get("vm_levels"), String.valueOf(info.levels().size()));
            List<String> chain =
                    info.levels().stream().map(l -> shown(l.controlProgram())).toList();
            assertEquals(row.get("innermost_hypervisor"), chain.isEmpty() ? "none (LPAR)" : chain.get(0));
            assertEquals(row.get("hypervisor_chain_inner_to_outer"), chain.isEmpty() ? "-" : String.join(" > ", chain));
            assertEquals(
                    row.get("in_guest_of_software_hypervisor"),
                    yes(info.inGuest().value().orElseThrow()));
        });
    }

    private static String yes(boolean value) {
        return value ? "yes" : "no";
    }

    private static String shown(Reading<?> reading) {
        return reading.value().map(Object::toString).orElse("-");
    }

    private static Stream<DynamicTest> files(String kind, BiConsumer<Corpus.Row, String> test) {
        return Corpus.tests(kind, "file", row -> test.accept(row, row.file("file")));
    }
}
