package org.nestguard.fleet.sample;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.nestguard.engine.known.Subject;

class SampleFleetTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static byte[] bytes(SampleFleet fleet) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        fleet.write(out);
        return out.toByteArray();
    }

    private static List<JsonNode> lines(SampleFleet fleet) throws IOException {
        return new String(bytes(fleet), StandardCharsets.UTF_8)
                .lines()
                .map(line -> {
                    try {
                        return MAPPER.readTree(line);
                    } catch (IOException e) {
                        throw new AssertionError(line, e);
                    }
                })
                .toList();
    }

    @Test
    void everyLineIsOfTheSchema() throws Exception {
        try (InputStream in = Objects.requireNonNull(
                SampleFleetTest.class.getResourceAsStream("/org/nestguard/schemas/fleet.schema.json"))) {
            Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(in);
            for (JsonNode line : lines(SampleFleet.of(2_000, 7))) {
                assertEquals(List.of(), schema.validate(line), line.toString());
            }
        }
    }

    @Test
    void theSchemaHasTheKeysThatAreReadAndNoOthers() throws Exception {
        try (InputStream in = Objects.requireNonNull(
                SampleFleetTest.class.getResourceAsStream("/org/nestguard/schemas/fleet.schema.json"))) {
            JsonNode schema = MAPPER.readTree(in);
            assertEquals(keys(Subject.HOST, "kind", "observedAt", "evidence", "pool"), keys(schema, 0));
            assertEquals(keys(Subject.GUEST, "kind", "observedAt", "evidence", "hostId"), keys(schema, 1));
        }
    }

    private static Set<String> keys(Subject subject, String... more) {
        Set<String> keys = new TreeSet<>(Arrays.asList(more));
        subject.keys().forEach(key -> keys.add(key.replaceAll("[.].*", "")));
        return keys;
    }

    private static Set<String> keys(JsonNode schema, int place) {
        Set<String> keys = new TreeSet<>();
        schema.get("oneOf").get(place).get("properties").fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    @Test
    void theSameSeedGivesTheSameBytesForEver() throws Exception {
        byte[] once = bytes(new SampleFleet(500, 20, 42));
        assertArrayEquals(once, bytes(new SampleFleet(500, 20, 42)));
        assertEquals(
                "23570976719cddf4",
                HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(once))
                        .substring(0, 16));
        assertFalse(Arrays.equals(once, bytes(new SampleFleet(500, 20, 43))));
    }

    @Test
    void thereAreAsManyAsAskedForAndEachGuestIsOnOneOfItsHosts() throws Exception {
        Set<String> hosts = new HashSet<>();
        Set<String> guests = new HashSet<>();
        for (JsonNode line : lines(new SampleFleet(1_003, 30, 1))) {
            if (line.get("kind").asText().equals("host")) {
                assertTrue(hosts.add(line.get("id").asText()));
            } else {
                assertTrue(hosts.contains(line.get("hostId").asText()));
                assertTrue(guests.add(line.get("uuid").asText()));
            }
        }
        assertEquals(30, hosts.size());
        assertEquals(1_003, guests.size());
    }

    @Test
    void liveL2GuestsAreSeldomAndOnlyWhereThereIsNesting() throws Exception {
        List<JsonNode> guests = lines(SampleFleet.of(20_000, 3)).stream()
                .filter(line -> line.get("kind").asText().equals("guest"))
                .toList();
        List<JsonNode> live = guests.stream()
                .filter(guest -> guest.at("/l2/live").asInt() > 0)
                .toList();
        assertTrue(live.size() > 200 && live.size() < 2_000, live.size() + " of " + guests.size());
        assertTrue(
                live.stream().noneMatch(guest -> guest.get("nesting").asText().equals("false")));
        long unknown = guests.stream()
                .filter(guest -> guest.at("/l2/live").asText().equals("unknown"))
                .count();
        assertTrue(unknown > 100 && unknown < 2_000, unknown + " of " + guests.size());
    }

    @Test
    void guestsNeedAHost() {
        assertThrows(IllegalArgumentException.class, () -> new SampleFleet(1, 0, 0));
    }
}
