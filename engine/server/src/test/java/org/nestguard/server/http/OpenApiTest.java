package org.nestguard.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nestguard.evidence.view.LiveHost;
import org.nestguard.server.NestGuardService;
import org.nestguard.server.http.settings.ServiceSettings;
import org.yaml.snakeyaml.Yaml;

/** The file that a stranger writes a client from says what there is, and examples and answers are as it says. */
class OpenApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** For people in a browser; a program has no use for them. */
    private static final Set<String> PAGE =
            Set.of("GET / ask", "GET /decisions/{seq} ask", "GET /page/style.css ask", "GET /page/icon.svg ask");

    private final Site site;

    OpenApiTest(@TempDir Path folder) throws IOException {
        site = new Site(folder);
    }

    @AfterEach
    void close() {
        site.close();
    }

    /** With anchors resolved, which SnakeYAML does and Jackson does not. */
    private static JsonNode file() throws IOException {
        try (InputStream in = OpenApiTest.class.getResourceAsStream("openapi.yaml")) {
            return JSON.valueToTree(new Yaml().load(Objects.requireNonNull(in)));
        }
    }

    private static Schema of(String name) throws IOException {
        ObjectNode schema = JSON.createObjectNode();
        schema.put("$ref", "#/components/schemas/" + name);
        JsonNode components = file().get("components");
        for (String ours : List.of("Facts", "Question", "Decision")) { // which a service serves where the file says
            String path = components.at("/schemas/" + ours + "/$ref").asText();
            ((ObjectNode) components.get("schemas"))
                    .set(
                            ours,
                            JSON.readTree(OpenApiTest.class.getResourceAsStream(
                                    "/org/nestguard" + path.replace("/1/", "/"))));
        }
        schema.set("components", components);
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(schema);
    }

    private static Schema ours(String name) throws IOException {
        try (InputStream in =
                OpenApiTest.class.getResourceAsStream("/org/nestguard/schemas/" + name + ".schema.json")) {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(Objects.requireNonNull(in));
        }
    }

    @Test
    void everyRouteIsToldOfWithItsRoleAndNoOther() throws Exception {
        Set<String> told = new TreeSet<>();
        JsonNode paths = file().get("paths");
        for (Map.Entry<String, JsonNode> path : paths.properties()) {
            for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
                told.add(method.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey() + " "
                        + method.getValue().path("x-role").asText("-"));
            }
        }
        // a registry answers all that there is
        ServiceSettings settings = Site.parsed("unix: {path: " + site.file("registry.sock") + "}\ndatabase: {file: "
                + site.file("registry.db") + "}\nrecord: {key: " + site.file("record.key") + "}\n");
        List<Route> answered;
        try (NestGuardService registry = NestGuardService.start(settings, new LiveHost(), InstantSource.system())) {
            answered = registry.service().routes();
        }
        Set<String> routes = answered.stream()
                .map(r -> r.method() + " " + r.path() + " "
                        + (r.role() == null ? "-" : r.role().word()))
                .collect(Collectors.toCollection(TreeSet::new));
        told.addAll(PAGE);
        assertEquals(told, routes);
    }

    @Test
    void itIsServedAsItIs() throws Exception {
        site.start("");
        HttpClient.Reply reply = site.ask("GET", "/openapi.yaml", "");
        assertEquals("application/yaml", reply.header("Content-Type"));
        assertEquals(file(), JSON.valueToTree(new Yaml().load(reply.body())));
    }

    @Test
    void itsExamplesAreWhatItsSchemasSay() throws Exception {
        JsonNode decide = file().get("paths").get("/v1/decisions").get("post");
        JsonNode question = decide.at("/requestBody/content/application~1yaml/example");
        assertFalse(question.isMissingNode());
        assertEquals(List.of(), ours("question").validate(question));
        JsonNode decision = decide.at("/responses/200/content/application~1json/example");
        assertEquals(List.of(), ours("decision").validate(decision));
        for (String name : List.of("Unreadable", "Unauthenticated")) {
            JsonNode problem =
                    file().at("/components/responses/" + name + "/content/application~1problem+json/example");
            assertEquals(List.of(), of("Problem").validate(problem), name);
        }
    }

    @Test
    void itsExampleIsAnsweredAsItsExampleSays() throws Exception {
        site.start("");
        String example = file().at("/paths/~1v1~1decisions/post/requestBody/content/application~1yaml/example")
                .toString();
        JsonNode answer = JSON.readTree(site.ask("POST", "/v1/decisions", "Content-Type: application/json\r\n", example)
                .body());
        assertEquals("DENY", answer.get("verdict").asText());
        assertEquals("amd-live-l2", answer.at("/findings/0/rule").asText());
        assertEquals(List.of(), ours("decision").validate(answer));
    }

    @Test
    void answersAreWhatItsSchemasSay() throws Exception {
        site.start("");
        assertEquals(List.of(), of("Readiness").validate(answer("/readyz")));
        assertEquals(List.of(), of("Rule").validate(answer("/v1/rules/amd-live-l2")));
        JsonNode rules = answer("/v1/rules");
        assertEquals(List.of(), of("RuleBase").validate(rules.get("ruleBase")));
        for (JsonNode rule : rules.get("rules")) {
            assertEquals(List.of(), of("RuleHead").validate(rule));
            assertEquals(
                    List.of(),
                    of("Rule").validate(answer("/v1/rules/" + rule.get("id").asText())));
        }
        assertEquals(List.of(), of("Problem").validate(answer("/none")));
        assertEquals(
                List.of(),
                of("Problem")
                        .validate(JSON.readTree(site.ask("POST", "/v1/decisions", Site.YAML, "operation: fly")
                                .body())));
        String batch = site.ask("POST", "/v1/decisions/batch", Site.NDJSON, Site.LINE + "x\n")
                .body();
        List<String> lines = batch.lines().toList();
        assertEquals(List.of(), ours("decision").validate(JSON.readTree(lines.get(0))));
        assertEquals(List.of(), ours("decision").validate(JSON.readTree(lines.get(1))));
        assertEquals(List.of(), of("Summary").validate(JSON.readTree(lines.get(2))));
        assertTrue(lines.size() == 3, batch);
    }

    /** Every answer of a registry that is told of two hosts and asked. */
    @Test
    void answersOfARegistryAreWhatItsSchemasSay() throws Exception {
        ServiceSettings settings =
                Site.parsed("host: l0-a\nunix: {path: " + site.file("socket") + "}\ndatabase: {file: "
                        + site.file("registry.db") + "}\nrecord: {key: " + site.file("record.key") + "}\n");
        try (NestGuardService registry = NestGuardService.start(settings, new LiveHost(), InstantSource.system())) {
            assertTrue(registry.service().socket().isPresent());
            String uuid = "11111111-2222-4333-8444-555555555555";
            String document = """
                    facts: 1
                    host: {name: l0-a, observedAt: NOW, vendor: intel, kernel: 6.8.0, qemu: 8.2.2, nested: true}
                    guests:
                      - {uuid: UUID, name: farm, observedAt: NOW, nesting: true, l2: {live: 2}, movedWithLiveL2: true}
                    """.replace("NOW", Instant.now().toString()).replace("UUID", uuid);
            HttpClient.Reply taken = site.ask("PUT", "/v1/hosts/l0-a/facts", Site.YAML, document);
            assertEquals(200, taken.status(), taken.body());
            assertEquals(List.of(), of("Taken").validate(JSON.readTree(taken.body())));
            assertEquals(List.of(), of("Decision").validate(answer("/v1/answers?operation=savevm&guest=farm")));
            assertEquals(List.of(), of("Facts").validate(answer("/v1/hosts/l0-a")));
            assertEquals(List.of(), of("Hosts").validate(answer("/v1/hosts")));
            JsonNode guest = answer("/v1/guests/" + uuid);
            assertEquals(1, guest.get("harm").size());
            assertEquals(List.of(), of("Guest").validate(guest));
            assertEquals(List.of(), of("Destinations").validate(answer("/v1/destinations?guest=farm")));
            assertEquals(List.of(), of("RecordedDecisions").validate(answer("/v1/decisions")));
            JsonNode recorded = answer("/v1/decisions/1");
            assertEquals(List.of(), of("RecordedQuestion").validate(recorded));
            assertEquals(List.of(), ours("question").validate(recorded.get("question")));
        }
        assertFalse(of("Guest").validate(JSON.readTree("{\"uuid\": 1}")).isEmpty(), "a schema that says nothing");
    }

    @Test
    void theSchemasThatItNamesAreServed() throws Exception {
        site.start("");
        for (String name : List.of("question", "decision", "facts")) {
            HttpClient.Reply reply = site.ask("GET", "/schemas/1/" + name + ".schema.json", "");
            assertEquals(200, reply.status());
            assertTrue(JSON.readTree(reply.body()).get("$id").asText().endsWith("/schemas/1/" + name + ".schema.json"));
        }
        assertEquals(404, site.ask("GET", "/schemas/1/other.schema.json", "").status());
    }

    @Test
    void everyProblemIsTold() throws Exception {
        Set<String> told = new TreeSet<>();
        file().at("/components/schemas/Problem/properties/type/enum").forEach(type -> told.add(type.asText()));
        assertEquals(
                Arrays.stream(ProblemKind.values())
                        .map(ProblemKind::type)
                        .collect(Collectors.toCollection(TreeSet::new)),
                told);
    }

    /** What it refers to is there. */
    @Test
    void nothingInItLeadsNowhere() throws Exception {
        JsonNode file = file();
        for (JsonNode reference : file.findValues("$ref")) {
            String path = reference.asText();
            assertTrue(
                    path.startsWith("#/")
                            ? !file.at(path.substring(1)).isMissingNode()
                            : OpenApiTest.class.getResource("/org/nestguard" + path.replace("/1/", "/")) != null,
                    path);
        }
    }

    private JsonNode answer(String path) throws IOException {
        return JSON.readTree(site.ask("GET", path, "").body());
    }
}
