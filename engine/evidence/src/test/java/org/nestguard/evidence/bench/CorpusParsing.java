package org.nestguard.evidence.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.nestguard.evidence.artefact.AnsibleFacts;
import org.nestguard.evidence.artefact.CpuInfo;
import org.nestguard.evidence.artefact.CpuModelExpansion;
import org.nestguard.evidence.artefact.DmiTable;
import org.nestguard.evidence.artefact.DomainCapabilities;
import org.nestguard.evidence.artefact.DomainStatistics;
import org.nestguard.evidence.artefact.DomainXml;
import org.nestguard.evidence.artefact.HostCapabilities;
import org.nestguard.evidence.artefact.KubernetesNode;
import org.nestguard.evidence.artefact.Lscpu;
import org.nestguard.evidence.artefact.Lsmod;
import org.nestguard.evidence.artefact.ModuleParameters;
import org.nestguard.evidence.artefact.QemuBuild;
import org.nestguard.evidence.artefact.QemuCommandLine;
import org.nestguard.evidence.artefact.QueryKvm;
import org.nestguard.evidence.artefact.SysInfo;
import org.nestguard.evidence.artefact.VirshVersion;

/** Parses every file of a corpus, over and over: files a second. */
final class CorpusParsing {
    private static final int ROUNDS = 10;
    private static final Map<String, Function<String, Object>> READERS = Map.ofEntries(
            Map.entry("ansible-facts", AnsibleFacts::read),
            Map.entry("cpuinfo", CpuInfo::read),
            Map.entry("dmidecode", DmiTable::read),
            Map.entry("domain-xml", DomainXml::read),
            Map.entry("domcapabilities", DomainCapabilities::read),
            Map.entry("host-capabilities", HostCapabilities::read),
            Map.entry("k8s-node", KubernetesNode::read),
            Map.entry("kvm-params", ModuleParameters::read),
            Map.entry("lscpu", Lscpu::read),
            Map.entry("lsmod", Lsmod::read),
            Map.entry("proc-sysinfo", SysInfo::read),
            Map.entry("qemu-cmdline", QemuCommandLine::read),
            Map.entry("qemu-version", QemuBuild::queryVersion),
            Map.entry("qmp-cpu-model", CpuModelExpansion::read),
            Map.entry("qmp-query-kvm", QueryKvm::read),
            Map.entry("virsh-domstats", DomainStatistics::read),
            Map.entry("virsh-version", VirshVersion::read));

    private CorpusParsing() {}

    static void run(Path corpus) throws IOException {
        if (!Files.isDirectory(corpus)) {
            System.out.println("no corpus at " + corpus + ": parsing is not measured");
            return;
        }
        List<Map.Entry<Function<String, Object>, String>> texts = new ArrayList<>();
        long bytes = 0;
        for (Map.Entry<String, Function<String, Object>> kind : READERS.entrySet()) {
            try (Stream<Path> files = Files.list(corpus.resolve(kind.getKey()))) {
                for (Path file : files.filter(f -> !f.endsWith("expected.tsv")).toList()) {
                    String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
                    texts.add(Map.entry(kind.getValue(), text));
                    bytes += text.length();
                }
            }
        }
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            for (Map.Entry<Function<String, Object>, String> text : texts) {
                if (text.getKey().apply(text.getValue()).hashCode() == 42) {
                    System.out.print(""); // so that the work is not taken out
                }
            }
            long took = System.nanoTime() - start;
            System.out.printf(
                    "%d files, %d KiB: %d ms, %d files a second%n",
                    texts.size(), bytes >> 10, took / 1_000_000, texts.size() * 1_000_000_000L / took);
        }
    }
}
