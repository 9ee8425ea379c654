package org.nestguard.cli.hook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.evidence.view.Artefact;
import org.nestguard.evidence.view.HostView;

/** The webhook that is printed, and each way in which the one of a cluster would not be asked. */
class KubeVirtTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder = Path.of("");

    private final Map<String, String> commands = new HashMap<>();

    private final HostView host = new HostView() {
        @Override
        public String name() {
            return "a host";
        }

        @Override
        public Artefact file(String path) {
            return new Artefact.Missing(path, "no such file");
        }

        @Override
        public Reading<List<String>> entries(String path) {
            return Reading.said(List.of(), 0);
        }

        @Override
        public Artefact command(List<String> words) {
            String line = String.join(" ", words);
            return commands.entrySet().stream()
                    .filter(command -> line.contains(command.getKey()))
                    .findFirst()
                    .<Artefact>map(command -> new Artefact.Text(line, Instant.EPOCH, command.getValue()))
                    .orElseGet(() -> new Artefact.Missing(line, "kubectl is not installed"));
        }

        @Override
        public Optional<HostView> after(Duration pause) {
            return Optional.empty();
        }
    };

    private Path authorities() throws IOException, InterruptedException {
        Path store = folder.resolve("ca.p12");
        assertEquals(
                0,
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                "ca",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=ca",
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                "password",
                                "-storetype",
                                "PKCS12")
                        .start()
                        .waitFor());
        Path pem = folder.resolve("ca.pem");
        assertEquals(
                0,
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-exportcert",
                                "-rfc",
                                "-alias",
                                "ca",
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                "password",
                                "-file",
                                pem.toString())
                        .start()
                        .waitFor());
        return pem;
    }

    private static JsonNode yaml(String text) throws IOException {
        return new YAMLMapper().readTree(text);
    }

    @BeforeEach
    void aClusterWhereAllIsWell() throws IOException {
        cluster(hook -> {});
        commands.put("get namespaces -l nestguard.org/guard=off", "{\"items\": []}");
    }

    /** As the API server gives it back: with its defaults, its keys in the order of the alphabet. */
    private void cluster(Consumer<ObjectNode> change) throws IOException {
        ObjectNode hook = (ObjectNode) yaml(KubeVirtManifest.template()).at("/webhooks/0");
        hook.putObject("objectSelector");
        change.accept(hook);
        ObjectMapper sorted = new ObjectMapper();
        sorted.configure(com.fasterxml.jackson.databind.SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true);
        commands.put(
                "get validatingwebhookconfigurations",
                "{\"items\": [{\"webhooks\": [{\"name\": \"other\"}]}, {\"webhooks\": ["
                        + sorted.writeValueAsString(sorted.treeToValue(hook, Object.class)) + "]}]}");
    }

    private List<String> findings() {
        return new KubeVirtInspection(host).findings();
    }

    private void finds(String part) {
        List<String> findings = findings();
        assertEquals(1, findings.size(), findings::toString);
        assertTrue(findings.get(0).contains(part), findings::toString);
    }

    private static void value(ObjectNode hook, String key, String json) {
        try {
            hook.set(key, JSON.readTree(json));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static ObjectNode rule(ObjectNode hook) {
        return (ObjectNode) hook.at("/rules/0");
    }

    @Test
    void whatIsPrintedRefusesWhereNobodyAnswers() throws Exception {
        Path pem = authorities();
        JsonNode printed =
                yaml(KubeVirtManifest.of("https://registry:7420", pem).text());
        assertEquals("ValidatingWebhookConfiguration", printed.path("kind").asText());
        JsonNode hook = printed.at("/webhooks/0");
        assertEquals("Fail", hook.path("failurePolicy").asText());
        assertEquals(
                "https://registry:7420/v1/admission/kubevirt",
                hook.at("/clientConfig/url").asText());
        assertEquals(
                Files.readString(pem),
                new String(
                        Base64.getDecoder()
                                .decode(hook.at("/clientConfig/caBundle").asText()),
                        StandardCharsets.US_ASCII));
        assertEquals(
                "off", hook.at("/namespaceSelector/matchExpressions/0/values/0").asText());
        assertTrue(hook.at("/namespaceSelector/matchExpressions/0/values/0").isTextual(), "not a truth value");
        assertEquals("[\"CREATE\",\"UPDATE\"]", hook.at("/rules/0/operations").toString());
        assertTrue(hook.path("timeoutSeconds").asInt() <= 30, "Kubernetes takes no more");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://registry:7420",
                "https://registry:7420/path",
                "https://user@registry",
                "registry",
                "https://",
                "https://registry?x",
                "https://a b"
            })
    void aUrlThatIsNoneIsRefused(String url) throws Exception {
        Path pem = authorities();
        assertTrue(String.valueOf(assertThrows(HookException.class, () -> KubeVirtManifest.of(url, pem))
                        .getMessage())
                .contains("--url"));
    }

    @Test
    void aSecretOrNothingIsNoAuthority() throws Exception {
        String pem = Files.readString(authorities());
        for (String text :
                List.of("", "x", pem + "-----BEGIN PRIVATE KEY-----\n", "-----BEGIN CERTIFICATE-----\nAAAA\n")) {
            Path file = Files.writeString(folder.resolve("other.pem"), text);
            assertThrows(HookException.class, () -> KubeVirtManifest.of("https://registry", file));
        }
        assertThrows(HookException.class, () -> KubeVirtManifest.of("https://registry", folder.resolve("nowhere")));
    }

    @Test
    void whatIsPrintedIsFoundInOrder() {
        assertEquals(List.of(), findings());
    }

    @Test
    void whereNobodyCanLookThatIsFound() throws IOException {
        commands.clear();
        finds("kubectl is not installed; whether NestGuard is asked is not known");
        commands.put("get validatingwebhookconfigurations", "error");
        finds("no JSON");
    }

    @Test
    void aClusterWithoutItIsFound() {
        commands.put("get validatingwebhookconfigurations", "{\"items\": []}");
        finds("no webhook of the cluster asks NestGuard");
    }

    @Test
    void aPolicyThatLetsPassIsFound() throws IOException {
        cluster(hook -> hook.put("failurePolicy", "Ignore"));
        finds("is Ignore: where NestGuard does not answer, everything migrates");
    }

    @Test
    void aRuleThatLeavesMigrationsOutIsFound() throws IOException {
        List<Consumer<ObjectNode>> changes = List.of(
                hook -> value(rule(hook), "resources", "[\"virtualmachineinstances\"]"),
                hook -> value(rule(hook), "apiGroups", "[\"example.org\"]"),
                hook -> value(rule(hook), "apiVersions", "[]"),
                hook -> value(rule(hook), "operations", "[\"DELETE\"]"),
                hook -> rule(hook).put("scope", "Cluster"),
                hook -> value(hook, "rules", "[]"),
                hook -> {
                    value(rule(hook), "apiVersions", "[\"v1\"]");
                    hook.put("matchPolicy", "Exact");
                });
        for (Consumer<ObjectNode> change : changes) {
            cluster(change);
            List<String> findings = findings();
            assertEquals(2, findings.size(), findings::toString);
            assertTrue(findings.get(0).contains("is not asked at CREATE"), findings::toString);
        }
        cluster(hook -> value(rule(hook), "operations", "[\"CREATE\"]"));
        finds("is not asked at UPDATE");
        cluster(hook -> value(rule(hook), "operations", "[\"*\"]"));
        assertEquals(List.of(), findings());
    }

    @Test
    void aNarrowerSelectionIsFound() throws IOException {
        cluster(hook -> value(hook, "objectSelector", "{\"matchLabels\": {\"a\": \"b\"}}"));
        finds("the objectSelector of kubevirt.nestguard.org");
        cluster(hook -> value(hook, "namespaceSelector", "{\"matchLabels\": {\"a\": \"b\"}}"));
        finds("the namespaceSelector");
        cluster(hook -> value(hook, "matchConditions", "[{\"name\": \"never\", \"expression\": \"false\"}]"));
        finds("the matchConditions");
        cluster(hook -> hook.remove("matchConditions"));
        assertEquals(List.of(), findings(), "before Kubernetes 1.28 there are none");
    }

    @Test
    void aNamespaceThatIsLeftOutIsNamed() {
        commands.put(
                "get namespaces -l nestguard.org/guard=off", "{\"items\": [{\"metadata\": {\"name\": \"shop\"}}]}");
        finds("the namespace shop is left out");
        commands.remove("get namespaces -l nestguard.org/guard=off");
        finds("kubectl does not tell of namespaces");
    }
}
