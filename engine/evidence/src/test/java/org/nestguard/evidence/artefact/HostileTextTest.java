package org.nestguard.evidence.artefact;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** No text, however broken, makes a parser throw or linger. */
class HostileTextTest {

    private static final Map<String, Function<String, ?>> PARSERS = Map.ofEntries(
            Map.entry("QemuCommandLine", QemuCommandLine::read),
            Map.entry("DomainLog", DomainLog::read),
            Map.entry("DomainXml", DomainXml::read),
            Map.entry("HostCapabilities", HostCapabilities::read),
            Map.entry("DomainCapabilities", DomainCapabilities::read),
            Map.entry("VirshVersion", VirshVersion::read),
            Map.entry("DomainStatistics", DomainStatistics::read),
            Map.entry("DomainList", DomainList::read),
            Map.entry("DomainNames", DomainNames::read),
            Map.entry("QemuBuild banner", QemuBuild::banner),
            Map.entry("QemuBuild queryVersion", QemuBuild::queryVersion),
            Map.entry("QueryKvm", QueryKvm::read),
            Map.entry("QueryStats", QueryStats::read),
            Map.entry("CpuModelExpansion", CpuModelExpansion::read),
            Map.entry("AnsibleFacts", AnsibleFacts::read),
            Map.entry("KubernetesNode", KubernetesNode::read),
            Map.entry("VirtualMachineInstance", VirtualMachineInstance::read));

    private static final List<String> SEEDS = List.of(
            """
            2026-10-01 08:00:00.100+0000: starting up libvirt version: 9.0.0, qemu version: 7.2.9Debian 1:7.2, hostname: a
            LC_ALL=C \\
            /usr/bin/kvm -name guest=a,,b \\
            -machine pc-q35-8.2+pve0,accel=kvm:tcg,smm=on \\
            -cpu host,+vmx,-svm,hv_evmcs -object '{"qom-type":"sev-guest","id":"x"}' -incoming defer
            2026-10-01 09:00:00.100+0000: shutting down, reason=saved
            """,
            "<domstatus state='running' pid='1'><domain type='kvm'><name>a</name><uuid>c0ffee00-0000-4000-8000-000000000001"
                    + "</uuid><os><type arch='x86_64' machine='pc'>hvm</type></os><cpu match='minimum'><model>EPYC</model>"
                    + "<feature policy='optional' name='svm'/></cpu><features><smm/><hyperv><evmcs state='on'/></hyperv>"
                    + "</features><launchSecurity type='sev'/></domain></domstatus>",
            "<capabilities><host><cpu><signature family='6' model='1' stepping='2'/><pages size='4' unit='KiB'/></cpu></host>"
                    + "<guest><arch name='x86_64'><domain type='kvm'/></arch></guest></capabilities>",
            "<domainCapabilities><machine>pc</machine><cpu><mode name='custom' supported='yes'><model usable='yes'>a</model>"
                    + "</mode></cpu></domainCapabilities>",
            "Using library: libvirt 9.0.0\nRunning hypervisor: QEMU 7.2.22\nRunning against daemon: 9.0.0\n",
            "Domain: 'a'\n  state.state=1\n  vcpu.current=1\n  vcpu.0.nested_run.sum=1\n  vcpu.0.guest_mode.cur=no\n",
            " Id   Name   State\n-------------------\n 1    a      running\n -    b      shut off\n",
            "c0ffee00-0000-4000-8000-000000000001 a\n",
            "QEMU emulator version 8.2.2 (Debian 1:8.2.2+ds-0ubuntu1)\n",
            "{\"return\":{\"qemu\":{\"micro\":22,\"minor\":2,\"major\":7},\"package\":\" (v7)\"},\"id\":\"1\"}",
            "{\"return\":[{\"provider\":\"kvm\",\"qom-path\":\"/x\",\"stats\":[{\"name\":\"nested_run\",\"value\":1}]}]}",
            "{\"return\":{\"model\":{\"name\":\"base\",\"props\":{\"vmx\":true}}}} {\"error\":{\"desc\":\"no\"}}",
            "h | SUCCESS => {\"ansible_facts\":{\"ansible_kernel\":\"6.8.0\",\"ansible_system\":\"Linux\"}}",
            "Name: n\nLabels: a=b\nAllocatable:\n  hugepages-2Mi: 0\nSystem Info:\n  Kernel Version: 6.8.0\n",
            "{\"kind\":\"List\",\"items\":[{\"status\":{\"nodeInfo\":{},\"migrationState\":{\"completed\":1}},"
                    + "\"spec\":{\"domain\":{\"cpu\":{\"features\":[{\"name\":\"vmx\"}]},\"features\":{\"smm\":[]}}}}]}");

    private static final String SIGNS = "'\"<>{}[],=:\\\0\uFFFD&;-+";

    @TestFactory
    Stream<DynamicTest> brokenTextsAreBorne() {
        return PARSERS.entrySet().stream()
                .map(parser -> DynamicTest.dynamicTest(parser.getKey(), () -> {
                    for (String seed : SEEDS) {
                        for (String broken : broken(seed, 200)) {
                            readAll(parser.getValue(), broken);
                        }
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> brokenRealFilesAreBorne() throws IOException {
        if (!Files.isDirectory(Corpus.FOLDER)) {
            return Stream.empty();
        }
        List<String> real = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Corpus.FOLDER)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                if (Files.size(file) < 200_000) {
                    real.add(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
                }
            }
        }
        return PARSERS.entrySet().stream()
                .map(parser -> DynamicTest.dynamicTest(parser.getKey(), () -> {
                    for (String text : real) {
                        for (String broken : broken(text, 2)) {
                            readAll(parser.getValue(), broken);
                        }
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> longTextsDoNotLinger() {
        List<String> texts = List.of(
                "x".repeat(9 << 20),
                "\n".repeat(1 << 20),
                "\\\n".repeat(1 << 20),
                "'\" ".repeat(1 << 20),
                "{".repeat(1 << 20),
                "<a ".repeat(1 << 20),
                "kvm\0-cpu\0" + "host,+vmx,-svm,".repeat(50_000),
                "kvm -machine " + "a=b,,".repeat(100_000),
                "Domain: 'a'\n" + "  vcpu.0.nested_run.sum=1\n".repeat(100_000),
                "-----\n" + " 1 a running\n".repeat(100_000),
                "2026-10-01 08:00:00.100+0000: starting up\n/bin/kvm \\\n".repeat(50_000),
                "QEMU emulator version " + "1.".repeat(1 << 20),
                "Name: a\nSystem Info:\n" + "Labels: a=b\n".repeat(100_000));
        return PARSERS.entrySet().stream()
                .map(parser -> DynamicTest.dynamicTest(
                        parser.getKey(),
                        () -> assertTimeout(Duration.ofSeconds(60), () -> {
                            for (String text : texts) {
                                readAll(parser.getValue(), text);
                            }
                        })));
    }

    /** Cut short, and with characters changed, taken out, doubled and put in. */
    private static List<String> broken(String text, int times) {
        Random random = new Random(text.hashCode());
        List<String> all = new ArrayList<>(List.of(text, text.replace('\n', '\r'), text.replace(' ', '\0')));
        for (int i = 0; i < times && !text.isEmpty(); i++) {
            StringBuilder changed = new StringBuilder(text);
            for (int n = random.nextInt(4); n >= 0 && changed.length() > 1; n--) {
                int at = random.nextInt(changed.length());
                switch (random.nextInt(5)) {
                    case 0 -> changed.setLength(at);
                    case 1 -> changed.deleteCharAt(at);
                    case 2 -> changed.insert(at, changed.charAt(at));
                    case 3 -> changed.setCharAt(at, (char) random.nextInt(128));
                    default -> changed.insert(at, SIGNS.charAt(random.nextInt(SIGNS.length())));
                }
            }
            all.add(changed.toString());
        }
        return all;
    }

    private static void readAll(Function<String, ?> parser, String text) throws ReflectiveOperationException {
        Object read = parser.apply(text);
        if (read instanceof Reading.Said<?> said && said.what() instanceof List<?> many) {
            for (Object one : many.subList(0, Math.min(100, many.size()))) {
                everyAnswer(one);
            }
        } else {
            everyAnswer(read);
        }
    }

    private static void everyAnswer(Object read) throws ReflectiveOperationException {
        for (Method method : read.getClass().getDeclaredMethods()) {
            if (Modifier.isPublic(method.getModifiers())
                    && !Modifier.isStatic(method.getModifiers())
                    && method.getParameterCount() == 0) {
                try {
                    assertNotNull(method.invoke(read), method.getName());
                } catch (InvocationTargetException e) {
                    throw new AssertionError(read.getClass().getSimpleName() + "." + method.getName(), e.getCause());
                }
            }
        }
    }
}
