package org.nestguard.fleet.foreign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nestguard.engine.known.Subject;
import org.nestguard.engine.text.FlatReader;
import org.nestguard.engine.text.FlatRecord;
import org.nestguard.fleet.inventory.FlatFile;
import org.nestguard.fleet.inventory.Inventory;

class ForeignInventoryTest {
    private static final Path FLEETS =
            Path.of(System.getProperty("nestguard.fixtures", "fixtures")).resolve("fleets");
    private static final Path KUBERNETES = FLEETS.resolve("kubernetes/nodes-and-guests.json");
    private static final String CORPUS = System.getProperty("nestguard.corpus", "");

    @TempDir
    private Path folder = Path.of("");

    private final List<Map<String, String>> hosts = new ArrayList<>();
    private final List<Map<String, String>> guests = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    /** What is known of everybody after this was read. */
    private void read(Path named) throws Exception {
        try (Inventory inventory = Inventory.open(List.of(named.toString()), new ByteArrayInputStream(new byte[0]))) {
            inventory.problems().forEach(problem -> problems.add(problem.inOneLine()));
            FlatReader reader = new FlatReader("copy", true);
            for (FlatFile file : inventory.files()) {
                assertTrue(file.copy());
                for (String line : Files.readAllLines(file.path())) {
                    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
                    note(reader.read(bytes, 0, bytes.length, 1));
                }
            }
        }
    }

    private void note(FlatRecord record) {
        Map<String, String> facts = new TreeMap<>(Map.of("observedAt", String.valueOf(record.observedAt())));
        List<String> keys = FlatRecord.keys(record.subject());
        for (int i = 0; i < keys.size(); i++) {
            String text = record.text(i);
            if (text != null) {
                facts.put(keys.get(i), text);
            }
        }
        if (record.subject() == Subject.GUEST) {
            facts.put("hostId", record.hostId());
        }
        (record.subject() == Subject.HOST ? hosts : guests).add(facts);
    }

    private static List<Map<String, String>> expected(JsonNode all) {
        List<Map<String, String>> expected = new ArrayList<>();
        for (JsonNode one : all) {
            Map<String, String> facts = new TreeMap<>();
            one.properties()
                    .forEach(fact -> facts.put(fact.getKey(), fact.getValue().asText()));
            expected.add(facts);
        }
        return expected;
    }

    @ParameterizedTest
    @CsvSource({"kubernetes, nodes-and-guests.json", "ansible, cache"})
    void whatIsKnownIsWhatIsWrittenBesideItAndNoMore(String of, String named) throws Exception {
        read(FLEETS.resolve(of).resolve(named));
        JsonNode expected = new ObjectMapper(new YAMLFactory())
                .readTree(FLEETS.resolve(of).resolve("expected.yaml").toFile());
        assertEquals(expected(expected.get("hosts")), hosts);
        assertEquals(expected(expected.get("guests")), guests);
        assertEquals(expected.get("problems").asInt(), problems.size(), problems.toString());
    }

    @Test
    void aListThatIsPackedOrOfOneKindIsReadToo() throws Exception {
        JsonNode list = new ObjectMapper().readTree(KUBERNETES.toFile());
        StringBuilder items = new StringBuilder();
        for (JsonNode item : list.get("items")) {
            ((com.fasterxml.jackson.databind.node.ObjectNode) item).remove("kind");
            items.append(items.isEmpty() ? "" : ",").append(item);
        }
        Path packed = folder.resolve("list.json.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            out.write(("{\"kind\":\"NodeList\",\"apiVersion\":\"v1\",\"items\":[" + items + "]}")
                    .getBytes(StandardCharsets.UTF_8));
        }
        read(packed);
        assertEquals(List.of(2, 2, 0), List.of(hosts.size(), guests.size(), problems.size()), problems.toString());
    }

    private static String list(String... items) {
        return "{\"apiVersion\":\"v1\",\"items\":[" + String.join(",", items) + "],\"kind\":\"List\"}";
    }

    private static String node(String name) {
        return "{\"kind\":\"Node\",\"metadata\":{\"name\":\"" + name
                + "\"},\"status\":{\"nodeInfo\":{\"kernelVersion\":\"6.1.0\"},\"conditions\":"
                + "[{\"lastHeartbeatTime\":\"2026-11-22T13:00:00Z\"}]}}";
    }

    private static String guest(String node) {
        return "{\"kind\":\"VirtualMachineInstance\",\"metadata\":{\"name\":\"web\",\"namespace\":\"shop\"},"
                + "\"spec\":{\"domain\":{}},\"status\":{\"phase\":\"Running\",\"nodeName\":\"" + node + "\"}}";
    }

    @Test
    void whatHasNoTimeNoNameOrNoNodeIsSaidAndCostsItselfAlone() throws Exception {
        Path file = Files.writeString(
                folder.resolve("list.json"),
                list(
                        node("n1"),
                        node("n2").replace("lastHeartbeatTime", "lastTransitionTime"),
                        node("").replace("nodeInfo", "info"),
                        guest("n1"),
                        guest("n7"),
                        guest(""),
                        guest("n1").replace("\"namespace\"", "\"space\"")));
        read(file);
        assertEquals(1, hosts.size());
        assertEquals(1, guests.size());
        assertEquals(5, problems.size(), problems.toString());
        assertTrue(problems.stream().anyMatch(p -> p.contains("it has no lastHeartbeatTime")), problems.toString());
        assertTrue(
                problems.stream().anyMatch(p -> p.contains("the node n7, which is not in the list")),
                problems::toString);
    }

    @Test
    void anObjectThatIsTooLargeOrAListThatEndsEarlyIsSaid() throws Exception {
        String large =
                node("n2").replace("6.1.0", "6.1.0" + "x".repeat(1 << 20) + "\",\"more\":\"" + "x".repeat(1 << 20));
        String text = list(node("n1"), large, node("n3"));
        read(Files.writeString(folder.resolve("list.json"), text));
        assertEquals(2, hosts.size());
        assertTrue(problems.get(0).contains("an object is larger than"), problems.toString());
        problems.clear();
        hosts.clear();
        read(Files.writeString(folder.resolve("list.json"), text.substring(0, text.length() - 40)));
        assertTrue(problems.stream().anyMatch(p -> p.contains("not JSON to its end")), problems.toString());
        problems.clear();
        read(Files.writeString(folder.resolve("list.json"), list("{\"a\":".repeat(5_000) + "1" + "}".repeat(5_000))));
        assertTrue(problems.get(0).contains("not JSON to its end"), problems.toString());
        problems.clear();
        read(Files.writeString(folder.resolve("list.json"), list("{\"kind\":\"Pod\"}")));
        assertTrue(problems.get(0).contains("neither a Node nor a VirtualMachineInstance"), problems.toString());
    }

    @Test
    void ansiblesFactsWithoutATimeAreWorthNothing() throws Exception {
        String fact = Files.readString(FLEETS.resolve("ansible/cache/l0-a.example.net"));
        read(Files.writeString(folder.resolve("l0-a"), fact.replace("iso8601", "weekday")));
        assertEquals(List.of(), hosts);
        assertTrue(problems.get(0).contains("facts without a time are worth nothing"), problems.toString());
    }

    @Test
    void whatAnsiblePrintsForOneHostIsReadToo() throws Exception {
        String facts = Files.readString(FLEETS.resolve("ansible/cache/l1-b"));
        read(Files.writeString(folder.resolve("printed.json"), "l1-b | SUCCESS => " + facts));
        assertEquals(1, hosts.size(), problems.toString());
    }

    @Test
    void aFileThatIsTooLargeForAnsiblesFactsIsSaid() throws Exception {
        String facts = Files.readString(FLEETS.resolve("ansible/cache/l0-a.example.net"));
        read(Files.writeString(folder.resolve("l0-a"), facts + " ".repeat(17 << 20)));
        assertEquals(List.of(), hosts);
        assertTrue(problems.get(0).contains("are not larger than"), problems.toString());
    }

    /** As real programs wrote them. */
    @Test
    void theHostsOfTheCorpusAreFound() throws Exception {
        Path corpus = Path.of(CORPUS);
        Assumptions.assumeTrue(!CORPUS.isEmpty() && Files.isDirectory(corpus), "there is no corpus at " + corpus);
        read(corpus.resolve("k8s-node/troubleshoot-nodelist.json"));
        assertEquals(7, hosts.size(), problems.toString());
        hosts.clear();
        problems.clear();
        read(corpus.resolve("ansible-facts"));
        assertEquals(4, hosts.size(), hosts.toString());
        assertTrue(problems.stream().anyMatch(p -> p.contains("the system is OpenBSD")), problems.toString());
    }

    @Test
    void whatIsNoObjectAmongTheItemsIsSaidAndHidesNothing() throws Exception {
        for (String odd : List.of("null", "[]", "7")) {
            problems.clear();
            read(Files.writeString(folder.resolve("list.json"), list(node("n1"), odd, node("n2"), guest("n2"))));
            assertTrue(problems.get(0).contains("an item of the list is no object"), problems.toString());
        }
    }

    @Test
    void labelsThatContradictEachOtherSayNothing() throws Exception {
        String labels = "\"labels\":{\"cpu-vendor.node.kubevirt.io/AMD\":\"true\","
                + "\"cpu-vendor.node.kubevirt.io/OTHER\":\"true\",\"cpu-feature.node.kubevirt.io/FEATURE\":\"true\"},";
        String amd = node("n1").replace("\"name\":", labels + "\"name\":");
        read(Files.writeString(folder.resolve("list.json"), list(amd.replace("FEATURE", "svm"))));
        assertEquals("amd true", hosts.get(0).get("vendor") + " " + hosts.get(0).get("nested"));
        read(Files.writeString(folder.resolve("list.json"), list(amd.replace("FEATURE", "vmx"))));
        assertEquals("amd null", hosts.get(1).get("vendor") + " " + hosts.get(1).get("nested"), "no AMD has it");
        String both = amd.replace("OTHER", "Intel").replace("FEATURE", "svm");
        read(Files.writeString(folder.resolve("list.json"), list(both)));
        assertEquals(null, hosts.get(2).get("vendor"));
    }

    @Test
    void aMachineIdThatIsNoneDoesNotMakeOneOfTwoNodes() throws Exception {
        String of = "\"nodeInfo\":{\"machineID\":\"uninitialized\",";
        read(Files.writeString(
                folder.resolve("list.json"),
                list(
                        node("n1").replace("\"nodeInfo\":{", of),
                        node("n2").replace("\"nodeInfo\":{", of),
                        guest("n2").replace("Running", "Unknown"))));
        assertEquals(
                List.of("n1", "n2"), hosts.stream().map(host -> host.get("id")).toList());
        assertEquals("n2", guests.get(0).get("hostId"), "nobody says that it does not run");
    }

    @Test
    void aContainerIsNoGuestAndAMachineIdThatIsNoneNoId() throws Exception {
        String guest = Files.readString(FLEETS.resolve("ansible/cache/l1-b"));
        read(Files.writeString(folder.resolve("l1-b"), guest));
        read(Files.writeString(folder.resolve("l1-b"), guest.replace("\"kvm\"", "\"docker\"")));
        assertEquals("L1", hosts.get(0).get("level"));
        assertEquals(null, hosts.get(1).get("level"));
        String host = Files.readString(FLEETS.resolve("ansible/cache/l0-a.example.net"));
        read(Files.writeString(
                folder.resolve("l0-a"), host.replace("0f3a52c00000400080000000000000b1", "uninitialized")));
        assertEquals("l0-a", hosts.get(2).get("id"));
    }
}
