package org.nestguard.engine.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Party;

/** The schemas say what the reader takes and what the writer writes. */
class SchemaTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final MigrationGuard GUARD = MigrationGuard.create();

    private static final String QUESTION = """
            id: q-1
            operation: migrate
            guest: {name: build-farm-07, uuid: 0f3a, nesting: true, l2: {live: 2}, cpuMode: host-passthrough, machineType: q35}
            source: {name: l0-a, vendor: intel, kernel: 5.14.0-427.13.1.el9_4.x86_64, qemu: 8.2.0, nested: Y}
            destination: {name: l0-b, id: b, vendor: unknown, hpage: unknown}
            evidence: {guest.l2.live: {from: virsh domstats --vcpu, at: 2026-11-22T13:00:00Z, by: host, why: guest_mode}}
            """;

    private static InputStream resource(String name) {
        return Objects.requireNonNull(
                SchemaTest.class.getResourceAsStream("/org/nestguard/schemas/" + name + ".schema.json"));
    }

    private static Schema schema(String name) throws IOException {
        try (InputStream in = resource(name)) {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(in);
        }
    }

    @Test
    void aQuestionThatIsReadIsOneOfTheSchema() throws IOException {
        assertEquals(List.of(), schema("question").validate(YAML.readTree(QUESTION)));
    }

    @Test
    void theSchemaOfTheQuestionHasEveryFactAndNoOther() throws IOException {
        JsonNode properties;
        try (InputStream in = resource("question")) {
            properties = JSON.readTree(in).get("properties");
        }
        for (Party party : Party.values()) {
            Set<String> facts = Arrays.stream(FactName.values())
                    .filter(f -> f.party() == party && f.written())
                    .map(f -> f.key().replaceFirst("\\..*", ""))
                    .collect(Collectors.toCollection(TreeSet::new));
            Set<String> keys = new TreeSet<>();
            properties.get(party.word()).get("properties").fieldNames().forEachRemaining(keys::add);
            assertEquals(facts, keys, party.word());
        }
    }

    @Test
    void aDecisionThatIsWrittenIsOneOfTheSchema() throws IOException {
        for (String operation : List.of("migrate", "loadvm", "savevm")) {
            String text = QUESTION.replace("operation: migrate", "operation: " + operation);
            assertEquals(List.of(), schema("decision").validate(JSON.readTree(written(text))), operation);
        }
        assertEquals(List.of(), schema("decision").validate(JSON.readTree(written("operation: fly"))));
    }

    @Test
    void theSchemaOfTheDecisionRefusesAVerdictThatThereIsNot() throws IOException {
        List<Error> errors =
                schema("decision").validate(JSON.readTree(written(QUESTION).replace("UNDETERMINED", "MAYBE")));
        assertFalse(errors.isEmpty());
    }

    @Test
    void theSchemaOfTheFactsTakesAHostWithItsGuests() throws IOException {
        JsonNode facts = YAML.readTree("""
                facts: 1
                host: {id: a, name: l0-a, observedAt: 2026-11-22T13:00:00Z, arch: x86_64, vendor: amd, kernel: 6.1.0-18-amd64}
                guests: [{uuid: u, name: g, coldStartedAt: 2026-11-20T10:00:00Z, accelerator: kvm, nesting: true, l2: {live: 2}}]
                evidence: {"/guests/0/l2/live": {from: virsh domstats --vcpu, at: 2026-11-22T13:00:00Z, by: host, why: guest_mode}}
                """);
        assertEquals(List.of(), schema("facts").validate(facts));
        assertFalse(
                schema("facts").validate(YAML.readTree("{facts: 2, host: {}}")).isEmpty());
    }

    private static String written(String text) throws IOException {
        StringWriter out = new StringWriter();
        try (QuestionReader reader = new QuestionReader(
                        "q.yaml", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), GUARD);
                JsonGenerator json = new JsonFactory().createGenerator(out)) {
            Document document = Objects.requireNonNull(reader.next());
            if (document instanceof Document.Asked asked) {
                new DecisionWriter(json).write(GUARD.decide(asked.question()));
            } else if (document instanceof Document.Unreadable unreadable) {
                new DecisionWriter(json).write(unreadable.problem());
            }
        }
        return out.toString();
    }
}
