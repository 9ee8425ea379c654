package org.nestguard.evidence.artefact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.nestguard.facts.QemuVersion;
import org.nestguard.facts.Vendor;
import org.nestguard.facts.Version;
import org.nestguard.facts.Worded;

/** Artefacts of virtualization from real machines, where a corpus of them is at hand. */
class VirtualizationCorpusTest {
    private static final String WITHOUT_ARCHITECTURE = "libvirt-9.10-default-kvm-host-arch.x86_64-latest";
    private static final String LINK_AS_TEXT = "libvirt-9.10-cpu-check-full.x86_64-latest";

    @TestFactory
    Stream<DynamicTest> domainPairs() {
        return Corpus.tests("domain-pairs", "pair", row -> {
            DomainXml xml = DomainXml.read(row.file("xml_file"));
            QemuCommandLine line = QemuCommandLine.read(row.file("args_file"));
            if (row.get("pair").equals(WITHOUT_ARCHITECTURE)) {
                // libvirt takes the host's, which this description does not name: with a vendor of x86 it can be told
                assertTrue(xml.arch().value().isEmpty());
                assertTrue(xml.machine().value().isEmpty());
                assertTrue(xml.nesting().value().isEmpty());
                row.says("nesting_xml", xml.nesting(Vendor.INTEL).map(Worded::word));
                row.says("nesting_xml", xml.nesting(Vendor.AMD).map(Worded::word));
            } else {
                row.says("arch", xml.arch());
                row.says("machine_xml", xml.machine().map(MachineType::text));
                row.says("nesting_xml", xml.nesting().map(Worded::word));
            }
            row.says("domain_type", xml.type());
            row.says("cpu_mode_xml", mode(xml, row.file("xml_file")));
            row.says("cpu_model_xml", xml.cpuModel());
            row.says("virt_feature_xml", policies(xml.extensions()));
            row.says("hugepages_xml", yes(xml.hugePages()));
            row.says("confidential", xml.confidential().map(Worded::word));
            if (row.get("pair").equals(LINK_AS_TEXT)) {
                assertEquals(
                        Reading.unsaid("it is no command line of QEMU"), line.nesting(), "a link that became a file");
                return;
            }
            row.says("emulator_arch", line.arch());
            row.says("accelerator", accelerator(line));
            row.says("machine_args", line.machine().map(MachineType::text));
            row.says("cpu_model_args", line.cpuModel());
            row.says("virt_feature_args", asks(line));
            row.says("hugepages_args", yes(line.hugePages()));
            row.says("confidential", line.confidential().map(Worded::word));
            row.says("nesting_args", line.nesting().map(Worded::word));
            assertEquals(xml.uuid().value(), line.uuid().value(), "the same guest by its UUID");
            assertEquals(xml.name().value(), line.name().value(), "the same guest by its name");
            assertEquals(Reading.said(new QemuStart.Cold(), 0), line.start());
        });
    }

    @TestFactory
    Stream<DynamicTest> domainXml() {
        return Corpus.tests("domain-xml", "file", row -> {
            DomainXml xml = DomainXml.read(row.file("file"));
            row.says("domain_type", xml.type());
            row.says("arch", xml.arch());
            row.says("machine", xml.machine().map(MachineType::text));
            row.says("cpu_mode", mode(xml, row.file("file")));
            row.says("cpu_model", xml.cpuModel());
            row.says("virt_feature", policies(xml.extensions()));
            row.says("hugepages", yes(xml.hugePages()));
            row.says("launch_security", xml.confidential().map(Worded::word));
            row.says("emulator", xml.emulator());
            row.says("nesting", xml.nesting().map(Worded::word));
        });
    }

    @TestFactory
    Stream<DynamicTest> commandLines() {
        return Corpus.tests("qemu-cmdline", "file", row -> {
            QemuCommandLine line = QemuCommandLine.read(row.file("file"));
            row.says("arch", line.arch());
            row.says("binary", line.binary());
            row.says("accelerator", accelerator(line));
            row.says("machine_type", line.machine().map(MachineType::text));
            row.says("cpu_model", line.cpuModel());
            String expected = row.get("cpu_argument");
            // one cell of the table is cut short
            String start = expected.endsWith("...") ? expected.substring(0, expected.length() - 3) : expected;
            String argument = line.cpu().value().orElse(Corpus.NOTHING);
            assertTrue(expected.endsWith("...") ? argument.startsWith(start) : argument.equals(start), argument);
            row.says("virt_feature", asks(line));
            row.says("hugepages", yes(line.hugePages()));
            row.says("confidential", line.confidential().map(Worded::word));
            row.says("nesting", line.nesting().map(Worded::word));
            assertEquals(
                    row.get("note").contains("+pveN"),
                    line.machine().value().orElseThrow().proxmoxRevision().isPresent());
            assertEquals(
                    row.get("note").contains("hv_evmcs"), line.evmcs().value().orElseThrow());
        });
    }

    @TestFactory
    Stream<DynamicTest> hostCapabilities() {
        return Corpus.tests("host-capabilities", "file", row -> {
            HostCapabilities host = HostCapabilities.read(row.file("file"));
            row.says("arch", host.arch());
            row.says("vendor", host.vendorName());
            row.says("host_model", host.model());
            row.says(
                    "virt_feature_listed",
                    host.extension().map(Worded::word).value().orElse("none"));
            row.says("guest_entries", host.guestEntries().map(String::valueOf));
            SortedSet<String> kvm = host.kvmArchitectures().value().orElse(new TreeSet<>());
            row.says("arches_with_kvm_domain", kvm.isEmpty() ? "none" : String.join(",", kvm));
            row.says("live_migration", yes(host.liveMigration()));
            row.says("page_sizes", joined(host.pageSizes().value().orElse(List.of()), ","));
            row.says("iommu", host.iommu().value().orElse(false) ? "yes" : "no/absent");
        });
    }

    @TestFactory
    Stream<DynamicTest> domainCapabilities() {
        return Corpus.tests("domcapabilities", "file", row -> {
            DomainCapabilities can = DomainCapabilities.read(row.file("file"));
            row.says("domain_type", can.type());
            row.says("machine", can.machine().map(MachineType::text));
            row.says("arch", can.arch());
            row.says("host_passthrough", supported(can.supports("host-passthrough")));
            row.says(
                    "passthrough_migratable_enum",
                    can.passthroughTellsMigratable().value().orElse(false) ? "listed" : "absent");
            row.says("host_model", supported(can.supports("host-model")));
            row.says("host_model_name", can.hostModel());
            String policies = policies(can.hostModelExtensions());
            row.says("virt_feature_in_host_model", policies.equals(Corpus.NOTHING) ? "none" : policies);
            row.says("usable_custom_models", can.usableModels().map(models -> String.valueOf(models.size())));
            row.says("sev", supported(can.supports(Confidential.SEV)));
            row.says("tdx", supported(can.supports(Confidential.TDX)));
            row.says("s390_pv", supported(can.supports(Confidential.S390_PV)));
        });
    }

    @TestFactory
    Stream<DynamicTest> qemuVersions() {
        return Corpus.tests("qemu-version", "id", row -> {
            boolean qmp = row.get("kind_of_text").equals("qmp query-version");
            QemuBuild build = qmp ? QemuBuild.queryVersion(row.file("id")) : QemuBuild.banner(row.get("text"));
            if (!qmp) {
                int number =
                        Integer.parseInt(row.get("id").substring(row.get("id").lastIndexOf(' ') + 1));
                List<String> lines = Corpus.text(Corpus.FOLDER.resolve("qemu-version/banners.txt"))
                        .lines()
                        .toList();
                assertEquals(build, QemuBuild.banner(lines.get(number - 1)));
            }
            Version version = build.version().map(QemuVersion::version).value().orElseThrow();
            row.says("major", String.valueOf(version.major()));
            row.says("minor", String.valueOf(version.minor()));
            row.says("micro", String.valueOf(version.micro()));
            if (row.get("id").equals("qmp-7.0.0_aarch64.json")) {
                // the table counts on to 6.3.0, which there never was; the package itself says v7.0.0-rc2
                assertEquals("7.0.0-rc", base(build, version));
            } else {
                row.says("upstream_base", base(build, version));
            }
            // QEMU 2.10 puts parentheses and a blank into the reply
            String packaged = row.get("package").strip();
            assertEquals(
                    packaged.startsWith("(") ? packaged.substring(1, packaged.length() - 1) : packaged,
                    build.packaged().value().orElse(Corpus.NOTHING));
            row.says("comparable_to_upstream", yes(build.upstreamNumbers()));
        });
    }

    private static String base(QemuBuild build, Version version) {
        if (version.micro() >= 50 && version.micro() < 90) {
            return "development after " + version.major() + "." + version.minor();
        }
        return build.comesBefore().map(next -> next + "-rc").orElse(version.toString());
    }

    @TestFactory
    Stream<DynamicTest> virshVersions() {
        return Corpus.tests("virsh-version", "file", row -> {
            VirshVersion version = VirshVersion.read(row.file("file"));
            row.says("libvirt_version", version.libvirt().map(Version::toString));
            row.says("qemu_version", version.qemu().map(QemuVersion::toString));
            row.says("daemon_version", version.daemon().map(Version::toString));
        });
    }

    @TestFactory
    Stream<DynamicTest> domainStatistics() {
        return Corpus.tests("virsh-domstats", "file", row -> {
            DomainStatistics domain = DomainStatistics.read(row.file("file")).value().orElseThrow().stream()
                    .filter(d -> d.domain().equals(row.get("domain")))
                    .findFirst()
                    .orElseThrow();
            row.says(
                    "state",
                    domain.state().map(s -> List.of(DomainState.values()).indexOf(s) + " (" + s.word() + ")"));
            row.says("vcpu_current", domain.vcpus().map(String::valueOf));
            row.says("vcpu_maximum", domain.maximumVcpus().map(String::valueOf));
            boolean present = domain.counters().stream()
                    .anyMatch(c -> c.nestedRun().value().isPresent());
            row.says("nested_stat_present", present ? "yes" : "no");
        });
    }

    @TestFactory
    Stream<DynamicTest> cpuModelExpansions() {
        return Corpus.tests("qmp-cpu-model", "file", row -> {
            CpuModelExpansion expansion = CpuModelExpansion.read(row.file("file"));
            row.says(
                    "json_documents",
                    String.valueOf(JsonDocuments.all(row.file("file"))
                            .value()
                            .orElseThrow()
                            .size()));
            row.says("vmx", expansion.has(CpuExtension.VMX).map(String::valueOf));
            row.says("svm", expansion.has(CpuExtension.SVM).map(String::valueOf));
            row.says("hypervisor", expansion.property("hypervisor").map(String::valueOf));
            row.says("nested_enabled_on_capture_host", yes(expansion.canNest()));
        });
    }

    @TestFactory
    Stream<DynamicTest> queryKvm() {
        return Corpus.tests("qmp-query-kvm", "file", row -> {
            QueryKvm kvm = QueryKvm.read(row.file("file"));
            row.says("enabled", kvm.enabled().map(String::valueOf));
            row.says("present", kvm.present().map(String::valueOf));
        });
    }

    @TestFactory
    Stream<DynamicTest> ansibleFacts() {
        return Corpus.tests("ansible-facts", "file", row -> {
            AnsibleFacts facts = AnsibleFacts.read(row.file("file"));
            Map<String, Reading<String>> columns = Map.of(
                    "architecture", facts.architecture(),
                    "kernel", facts.kernel(),
                    "distribution", facts.distribution(),
                    "distribution_version", facts.distributionVersion(),
                    "virtualization_role", facts.virtualizationRole(),
                    "virtualization_type", facts.virtualizationType(),
                    "product_name", facts.productName());
            columns.forEach((column, fact) -> row.says(column, fact.value().orElse("None")));
            assertEquals(
                    !row.get("note").contains("not Linux"),
                    facts.linux().value().isPresent());
            assertTrue(facts.at().value().isPresent());
        });
    }

    @TestFactory
    Stream<DynamicTest> kubernetesNodes() {
        return Corpus.tests("k8s-node", "file", row -> {
            List<KubernetesNode> nodes =
                    KubernetesNode.read(row.file("file")).value().orElseThrow();
            row.says("nodes", String.valueOf(nodes.size()));
            row.says("names", distinct(nodes, KubernetesNode::name));
            row.says("kernel_versions", distinct(nodes, KubernetesNode::kernel));
            row.says("os_images", distinct(nodes, KubernetesNode::osImage));
            row.says("architectures", distinct(nodes, KubernetesNode::architecture));
            row.says("container_runtime", distinct(nodes, KubernetesNode::containerRuntime));
            row.says(
                    "kvm_device_allocatable",
                    joined(
                            nodes.stream()
                                    .map(n -> n.kvmDevices()
                                            .map(String::valueOf)
                                            .value()
                                            .orElse("absent"))
                                    .distinct()
                                    .toList(),
                            " | "));
            row.says(
                    "hugepages",
                    nodes.stream()
                            .map(n -> "2Mi=" + n.hugePages().getOrDefault("2Mi", "absent") + " 1Gi="
                                    + n.hugePages().getOrDefault("1Gi", "absent"))
                            .distinct()
                            .sorted()
                            .collect(Collectors.joining(" | ")));
        });
    }

    private static String distinct(List<KubernetesNode> nodes, Function<KubernetesNode, Reading<String>> column) {
        return nodes.stream()
                .map(node -> column.apply(node).value().orElse("absent"))
                .distinct()
                .sorted()
                .collect(Collectors.joining(" | "));
    }

    private static String accelerator(QemuCommandLine line) {
        QemuAccelerators accelerators = line.accelerators().value().orElseThrow();
        if (accelerators.why() == QemuAccelerators.Choice.BINARY_NAME) {
            assertFalse(accelerators.one().value().isPresent());
            return "kvm(implied by binary name, falls back to tcg)";
        }
        return String.join(":", accelerators.names());
    }

    private static String mode(DomainXml xml, String text) {
        boolean empty = text.contains("<cpu>") || text.contains("<cpu ");
        return xml.cpuModeWord().value().orElse(empty ? "none(topology only)" : "none");
    }

    private static String policies(List<FeaturePolicy> policies) {
        return joined(policies.stream().map(p -> p.name() + ":" + p.policy()).toList(), ",");
    }

    private static String asks(QemuCommandLine line) {
        Map<CpuExtension, Boolean> asks = new EnumMap<>(CpuExtension.class);
        for (CpuExtension extension : CpuExtension.values()) {
            line.asks(extension).value().ifPresent(on -> asks.put(extension, on));
        }
        return joined(
                asks.entrySet().stream()
                        .map(e -> e.getKey().word() + "=" + (e.getValue() ? "on" : "off"))
                        .toList(),
                ",");
    }

    private static String joined(Collection<String> parts, String between) {
        return parts.isEmpty() ? Corpus.NOTHING : String.join(between, parts);
    }

    private static String yes(Reading<Boolean> reading) {
        return reading.value().map(y -> y ? "yes" : "no").orElse("unsaid");
    }

    private static String supported(Reading<Boolean> reading) {
        return reading.value().map(y -> y ? "yes" : "no").orElse("absent");
    }
}
