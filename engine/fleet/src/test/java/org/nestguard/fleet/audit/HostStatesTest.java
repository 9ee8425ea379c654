package org.nestguard.fleet.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nestguard.engine.known.Freshness;
import org.nestguard.engine.text.FlatReader;

class HostStatesTest {
    private static final String HOST = "{\"kind\":\"host\",\"id\":\"ID\",\"observedAt\":\"2026-11-22T13:00:00Z\","
            + "\"level\":\"L0\",\"arch\":\"x86_64\",\"vendor\":\"intel\",\"kernel\":\"6.6.30\",\"qemu\":\"8.2.2\","
            + "\"nested\":true,\"cpuId\":\"6-85-4\",\"nestedStateCapability\":true}";

    @TempDir
    private Path folder = Path.of("");

    /** Rule by rule of one host: whether it is certain. */
    private Map<String, Boolean> said(String host) throws Exception {
        Audited audited = Audited.of(
                Audited.savevm(), Files.writeString(folder.resolve("fleet.ndjson"), host.replace("ID", "a") + "\n"));
        Map<String, Boolean> said = new TreeMap<>();
        audited.hosts().get(0).said().forEach(one -> said.put(one.rule(), one.certain()));
        return said;
    }

    @Test
    void nestingThatIsOffIsSaidOfTheHost() throws Exception {
        assertFalse(said(HOST).containsKey("destination-nested-off"));
        assertEquals(
                true, said(HOST.replace("\"nested\":true", "\"nested\":false")).get("destination-nested-off"));
    }

    @Test
    void whatIsNotKnownIsSaidAsPossibleAndWhichFactDecidesIt() throws Exception {
        String host = HOST.replace("\"nested\":true,", "");
        assertEquals(false, said(host).get("destination-nested-off"));
        Audited audited = Audited.of(Audited.savevm(), Files.writeString(folder.resolve("fleet.ndjson"), host + "\n"));
        assertTrue(audited.hosts().get(0).unknown().contains("host.nested"), audited.hosts()::toString);
    }

    @Test
    void knownDefectsOfTheVersionsThereAreSaid() throws Exception {
        Map<String, Boolean> old = said(HOST.replace("6.6.30", "5.3.0").replace("8.2.2", "4.2.0"));
        assertEquals(true, old.get("defect-pml-dirty-log-source"), old::toString);
        assertFalse(said(HOST).containsKey("defect-pml-dirty-log-source"));
    }

    @Test
    void hugePagesThatExcludeNestingAreSaid() throws Exception {
        String lpar = HOST.replace("x86_64", "s390x")
                .replace("\"intel\"", "\"ibm\"")
                .replace("\"cpuId\":\"6-85-4\",", "")
                .replace("\"nestedStateCapability\":true", "\"hpage\":true");
        assertFalse(said(lpar.replace("\"hpage\":true", "\"hpage\":false")).keySet().stream()
                .anyMatch(rule -> rule.contains("hpage")));
        assertTrue(said(lpar).keySet().stream().anyMatch(rule -> rule.contains("hpage")), said(lpar)::toString);
    }

    @Test
    void ofAHostWhereNestingIsOffNothingIsMadeUp() throws Exception {
        Map<String, Boolean> on = said(HOST);
        Map<String, Boolean> off = said(HOST.replace("\"nested\":true", "\"nested\":false"));
        off.remove("destination-nested-off");
        assertEquals(on, off);
    }

    @Test
    void hostsAreCountedByRule() throws Exception {
        List<String> hosts = List.of(
                HOST.replace("ID", "a"),
                HOST.replace("ID", "b").replace("\"nested\":true", "\"nested\":false"),
                HOST.replace("ID", "c").replace("\"nested\":true", "\"nested\":false"),
                HOST.replace("ID", "d").replace("\"nested\":true,", ""));
        Audited audited = Audited.of(Audited.savevm(), Files.write(folder.resolve("fleet.ndjson"), hosts));
        Summary.HostReason off = audited.summary().hostReasons().stream()
                .filter(reason -> reason.rule().equals("destination-nested-off"))
                .findFirst()
                .orElseThrow();
        assertEquals(List.of(2L, 1L), List.of(off.hosts(), off.possible()));
        assertEquals(4, audited.hosts().size());
    }

    private Audited audited(String... hosts) throws Exception {
        return Audited.of(Audited.savevm(), Files.write(folder.resolve("fleet.ndjson"), List.of(hosts)));
    }

    private static String with(String id, String more) {
        return HOST.replace("ID", id).replace("\"level\"", more + "\"level\"");
    }

    @Test
    void hostsWithoutAHookAndThoseOfWhichNobodyKnowsAreCounted() throws Exception {
        Audited audited = audited(
                with("a", "\"hook\":true,"),
                with("b", "\"hook\":\"N\","),
                with("c", "\"hook\":\"unknown\","),
                with("d", ""),
                with("e", "\"hook\":false,"));
        assertEquals(
                List.of(Hook.INSTALLED, Hook.MISSING, Hook.UNKNOWN, Hook.UNKNOWN, Hook.MISSING),
                audited.hosts().stream().map(HostResult::hook).toList());
        assertEquals(
                Map.of(Hook.INSTALLED, 1L, Hook.MISSING, 2L, Hook.UNKNOWN, 2L),
                audited.summary().hooks());
    }

    @Test
    void aHookOfWhichNobodyHasHeardForLongIsNotBelieved() throws Exception {
        String old = with("old", "\"hook\":true,").replace("22T13", "20T13");
        String late = with(
                "late", "\"hook\":true,\"evidence\":{\"/hook\":{\"from\":\"x\",\"at\":\"2026-11-20T13:00:00Z\"}},");
        Audited audited = audited(old, late, with("now", "\"hook\":true,"));
        assertEquals(
                Map.of(Hook.UNKNOWN, 2L, Hook.INSTALLED, 1L), audited.summary().hooks());
    }

    /** A fleet of three hosts that are alike but for that, and a guest. */
    private Path alike(String a, String b, String c, String ofGuest) throws Exception {
        String guest = "{\"kind\":\"guest\",\"hostId\":\"a\",\"name\":\"g\"," + ofGuest
                + "\"nesting\":true,\"l2\":{\"live\":1}}";
        return Files.write(
                Files.createTempFile(folder, "fleet", ".ndjson"),
                List.of(with("a", a), with("b", b), with("c", c), guest));
    }

    @Test
    void whatNoRuleReadsTellsNoHostsApart() throws Exception {
        Path with = alike("\"hook\":false,\"memory\":1,", "\"hook\":true,", "\"memory\":2,", "\"memory\":3,");
        Kinds kinds = new Kinds(Audited.GUARD.classes(), Instant.parse("2026-11-22T13:00:00Z"), Freshness.USUAL);
        List<HostKind> all = new ArrayList<>();
        FlatReader reader = new FlatReader("with", false);
        for (String line : Files.readAllLines(with).subList(0, 3)) {
            byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
            all.add(kinds.host(reader.read(bytes, 0, bytes.length, 1)));
        }
        assertSame(all.get(0), all.get(1));
        assertSame(all.get(0), all.get(2));
    }

    @Test
    void whatNoRuleReadsChangesNoAnswerAndNotWhatItStandsOn() throws Exception {
        Audited with = Audited.of(
                Audited.to("all"),
                alike("\"hook\":false,\"memory\":1,", "\"hook\":true,", "\"memory\":2,", "\"memory\":3,"));
        Audited without = Audited.of(Audited.to("all"), alike("", "", "", ""));
        assertEquals(without.summary().pairs(), with.summary().pairs());
        assertEquals(without.summary().reasons(), with.summary().reasons());
        assertEquals(without.summary().hostReasons(), with.summary().hostReasons());
        assertEquals(without.summary().distinct(), with.summary().distinct());
        Grounds one = with.guest("g").grounds();
        Grounds other = without.guest("g").grounds();
        assertEquals(
                List.of(other.ofGuest(), other.ofDestinations()),
                List.of(one.ofGuest(), one.ofDestinations()),
                "the fleet is not to blame for another answer");
    }
}
