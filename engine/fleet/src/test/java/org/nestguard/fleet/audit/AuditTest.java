package org.nestguard.fleet.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.decision.Decision;
import org.nestguard.engine.decision.Need;
import org.nestguard.engine.decision.Ruling;
import org.nestguard.engine.known.Asking;
import org.nestguard.engine.known.Freshness;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.known.Subject;
import org.nestguard.engine.text.FlatReader;
import org.nestguard.engine.text.FlatRecord;
import org.nestguard.engine.waiver.Waivers;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Operation;
import org.nestguard.findings.Effect;
import org.nestguard.findings.Verdict;
import org.nestguard.fleet.sample.SampleFleet;

class AuditTest {
    private static final Path RACK =
            Path.of(System.getProperty("nestguard.fixtures", "fixtures")).resolve("fleets/rack");

    @TempDir
    private Path folder = Path.of("");

    @Test
    void aRackComesToWhatIsWrittenBesideIt() throws Exception {
        JsonNode expected = new ObjectMapper(new YAMLFactory())
                .readTree(RACK.resolve("expected.yaml").toFile());
        for (JsonNode one : expected) {
            JsonNode ask = one.get("ask");
            Asked asked = ask.has("to") ? Audited.to(ask.get("to").asText()) : Audited.savevm();
            Audited audited = Audited.of(asked, RACK.resolve("fleet.ndjson"));
            for (Map.Entry<String, JsonNode> guest : one.get("guests").properties()) {
                Answer answer = audited.guest(guest.getKey()).answer();
                String about = ask + " " + guest.getKey() + ": " + answer;
                assertEquals(
                        guest.getValue().get("verdict").asText(),
                        answer.verdict().name(),
                        about);
                for (Verdict verdict : Verdict.values()) {
                    JsonNode hosts = guest.getValue().get(verdict.name());
                    if (hosts != null) {
                        assertEquals(hosts.asLong(), answer.hosts(verdict), about);
                    }
                }
            }
        }
    }

    private Path written(String name, String... lines) throws IOException {
        return Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
    }

    private List<String> rack() throws IOException {
        return new ArrayList<>(Files.readAllLines(RACK.resolve("fleet.ndjson")));
    }

    private Path sample(int guests, int hosts) throws IOException {
        Path file = folder.resolve("sample.ndjson");
        try (OutputStream out = Files.newOutputStream(file)) {
            new SampleFleet(guests, hosts, 11).write(out);
        }
        return file;
    }

    /** A folder with one rule. */
    private Path site(String effect, String because, String when) throws IOException {
        Path site = Files.createDirectory(folder.resolve("site"));
        Files.write(
                site.resolve("site.drl"),
                List.of(
                        "package site.rules;",
                        "import org.nestguard.facts.Question;",
                        "import org.nestguard.findings.Effect;",
                        "rule \"of-the-site\"",
                        "    @effect(Effect." + effect + ")",
                        "    @summary(\"A rule of the site.\")",
                        "    @message(\"{guest} is not as the site has it\")",
                        "    @remedy(\"none\")",
                        "    @because(\"" + because + "\")",
                        "    @source(\"site\")",
                        "    @since(\"1\")",
                        "when",
                        "    Question(" + when + ")",
                        "then",
                        "end"));
        return site;
    }

    /** Each guest and each destination, one by one, the long way. */
    @Test
    void everyPairIsAnsweredAsItIsWhenItIsAskedAlone() throws Exception {
        everyPairAlone(Audited.GUARD, sample(60, 24));
    }

    @Test
    void soItIsWithACautionOfASiteThatReadsWhatNoOtherRuleReads() throws Exception {
        Path site = site("CAUTION", "destination.libvirt", "destinationLibvirt != \"10.0.0\"");
        everyPairAlone(MigrationGuard.withSite(site), sample(20, 12));
    }

    private static void everyPairAlone(MigrationGuard guard, Path file) throws Exception {
        Audited audited = Audited.of(guard, Audited.to("all"), null, false, file);
        Asking asking = new Asking(guard);
        Map<String, Known> hosts = new LinkedHashMap<>();
        List<FlatRecord> guests = new ArrayList<>();
        FlatReader reader = new FlatReader("sample", false);
        for (String line : Files.readAllLines(file)) {
            byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
            FlatRecord record = reader.read(bytes, 0, bytes.length, 1);
            if (record.subject() == Subject.HOST) {
                hosts.put(record.hostId(), record.known(Instant.MIN).asOf(SampleFleet.OBSERVED, Freshness.USUAL));
            } else {
                guests.add(record);
            }
        }
        for (FlatRecord record : guests) {
            Known source = Objects.requireNonNull(hosts.get(record.hostId()));
            Known guest = record.known(source.observedAt()).asOf(SampleFleet.OBSERVED, Freshness.USUAL);
            Map<String, Long> alone = new TreeMap<>();
            hosts.forEach((id, host) -> {
                if (!id.equals(record.hostId())) {
                    Decision decision = guard.decide(asking.migrate(guest, source, host));
                    List<String> said = new ArrayList<>();
                    decision.findings().stream()
                            .filter(f -> f.effect() != Effect.CAUTION || decision.verdict() == Verdict.ALLOW)
                            .forEach(f -> said.add(f.rule() + (f.certain() ? "" : "?")));
                    List<String> needs =
                            decision.needs().stream().map(Need::fact).toList();
                    alone.merge(text(decision.verdict(), said, needs), 1L, Long::sum);
                }
            });
            Map<String, Long> together = new TreeMap<>();
            for (Answer.Group group : audited.guest(guest.name()).answer().groups()) {
                Ruling ruling = group.ruling();
                List<String> said = new ArrayList<>();
                ruling.said().forEach(s -> said.add(s.rule() + (s.certain() ? "" : "?")));
                List<String> needs = ruling.needs().stream().map(FactName::path).toList();
                together.merge(text(ruling.verdict(), said, needs), group.hosts(), Long::sum);
            }
            assertEquals(alone, together, guest.name());
        }
    }

    private static String text(Verdict verdict, List<String> said, List<String> needs) {
        return verdict + " " + new TreeSet<>(said) + " needs " + new TreeSet<>(needs);
    }

    @Test
    void theNumbersOfAllPairsAddUp() throws Exception {
        Summary summary = Audited.of(Audited.to("all"), sample(300, 20)).summary();
        assertEquals(300, summary.guests());
        assertEquals(
                300L * 19, summary.pairs().values().stream().mapToLong(n -> n).sum());
        assertEquals(300, summary.verdicts().values().stream().mapToLong(n -> n).sum());
    }

    @Test
    void theOrderOfTheLinesDoesNotMatterNorDoesGzip() throws Exception {
        Path sample = sample(400, 20);
        List<String> lines = new ArrayList<>(Files.readAllLines(sample));
        Collections.shuffle(lines, new Random(1));
        Path packed = folder.resolve("shuffled.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            out.write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
        }
        Summary one = Audited.of(Audited.to("any"), sample).summary();
        Summary other = Audited.of(Audited.to("any"), packed).summary();
        assertEquals(one.pairs(), other.pairs());
        assertEquals(one.reasons(), other.reasons());
        assertEquals(one.asOf(), other.asOf());
    }

    @Test
    void aRecordThatCannotBeReadIsSaidWithItsPlaceAndTheRestIsAudited() throws Exception {
        List<String> lines = rack();
        lines.add(3, "{\"kind\":\"guest\",\"hostId\":\"h-amd-a\",\"nestng\":true}");
        lines.add(5, "no JSON at all");
        lines.add("");
        lines.add("{\"kind\":\"guest\",\"hostId\":\"elsewhere\",\"name\":\"lost\"}");
        Audited audited = Audited.of(Audited.savevm(), written("fleet.ndjson", lines.toArray(new String[0])));
        assertEquals(5, audited.guests().size());
        assertEquals(
                List.of(4, 6, 13),
                audited.problems().stream().map(problem -> problem.line()).toList(),
                audited.problems().toString());
        assertEquals(3, audited.summary().unreadable());
        assertTrue(audited.problems().get(0).message().contains("there is no such key"));
    }

    @Test
    void strictEndsAtTheFirstRecordThatCannotBeRead() throws Exception {
        List<String> lines = rack();
        lines.add("no JSON at all");
        Path file = written("fleet.ndjson", lines.toArray(new String[0]));
        AuditException e =
                assertThrows(AuditException.class, () -> Audited.of(Audited.GUARD, Audited.savevm(), null, true, file));
        assertTrue(String.valueOf(e.getMessage()).contains("fleet.ndjson:10"), e.getMessage());
    }

    @Test
    void aGuestThatIsThereTwiceEndsTheAudit() throws Exception {
        List<String> lines = rack();
        lines.add(lines.get(0));
        Path file = written("fleet.ndjson", lines.toArray(new String[0]));
        AuditException e = assertThrows(AuditException.class, () -> Audited.of(Audited.savevm(), file));
        assertTrue(
                String.valueOf(e.getMessage()).contains(":10: the guest 6d1c3a52-0000-4000-8000-000000000001 is there"),
                e.getMessage());
    }

    @Test
    void aHostThatIsThereTwiceEndsTheAudit() throws Exception {
        List<String> lines = rack();
        lines.add(lines.get(1));
        Path file = written("fleet.ndjson", lines.toArray(new String[0]));
        AuditException e = assertThrows(AuditException.class, () -> Audited.of(Audited.savevm(), file));
        assertTrue(String.valueOf(e.getMessage()).contains("h-amd-a"), e.getMessage());
    }

    /** As where one program tells the id of its machine and another one its name alone. */
    @Test
    void aHostThatIsKnownByItsNameAloneMayBeOneThatIsThere() throws Exception {
        List<String> lines = rack();
        lines.add(lines.get(1).replace("\"id\":\"h-amd-a\",\"name\":\"l0-a\",", "\"id\":\"l0-a\","));
        AuditException e = assertThrows(
                AuditException.class,
                () -> Audited.of(Audited.to("any"), written("twice.ndjson", lines.toArray(new String[0]))));
        assertTrue(
                String.valueOf(e.getMessage()).contains("twice.ndjson:2: the host h-amd-a is called l0-a"),
                e.getMessage());
        assertTrue(String.valueOf(e.getMessage()).contains("twice.ndjson:10; where they are one"), e.getMessage());
    }

    @Test
    void aLineThatIsTooLongCostsItselfAlone() throws Exception {
        List<String> lines = rack();
        lines.add(4, "{\"kind\":\"guest\",\"name\":\"" + "x".repeat(3 << 20) + "\"}");
        Audited audited = Audited.of(Audited.savevm(), written("fleet.ndjson", lines.toArray(new String[0])));
        assertEquals(5, audited.guests().size());
        assertEquals(List.of(5), audited.problems().stream().map(p -> p.line()).toList());
    }

    @Test
    void aPackedFileThatIsCutCostsWhatStandsBehindTheCut() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            new SampleFleet(3_000, 30, 7).write(gzip);
        }
        Path whole = written("whole.ndjson", rack().toArray(new String[0]));
        Path cut = folder.resolve("cut.ndjson.gz");
        Files.write(cut, Arrays.copyOf(packed.toByteArray(), packed.size() - 2_000));
        for (Audited audited : List.of(Audited.of(Audited.savevm(), cut), Audited.merged(Audited.savevm(), cut))) {
            assertTrue(audited.guests().size() < 3_000, "the last are cut");
            assertTrue(audited.guests().size() > 2_900, "what stands before them is not lost");
            assertEquals(1, audited.summary().unreadable());
            assertEquals(
                    List.of("cannot be unpacked to its end"),
                    audited.problems().stream()
                            .map(p -> p.message().split(":", 2)[0])
                            .toList());
        }
        Files.write(cut, Arrays.copyOf(packed.toByteArray(), 5));
        Audited both = Audited.of(Audited.savevm(), whole, cut);
        assertEquals(5, both.guests().size(), "the other file is read all the same");
        assertEquals(1, both.summary().unreadable());
    }

    @Test
    void anUnknownDestinationIsAnErrorNotAnEmptyAnswer() {
        for (String where : List.of("nowhere", "pool:nowhere")) {
            AuditException e = assertThrows(
                    AuditException.class, () -> Audited.of(Audited.to(where), RACK.resolve("fleet.ndjson")));
            assertTrue(String.valueOf(e.getMessage()).contains("nowhere"), e.getMessage());
        }
    }

    @Test
    void ageIsMeasuredFromTheNewestObservationUnlessItIsSaid() throws Exception {
        Audited audited = Audited.of(Audited.savevm(), RACK.resolve("fleet.ndjson"));
        assertEquals(Instant.parse("2026-11-22T13:00:00Z"), audited.summary().asOf());
        assertTrue(audited.guest("lab-03").staleL2());
        Asked later = new Asked(Operation.SAVEVM, null, Instant.parse("2026-11-24T13:00:00Z"), Freshness.USUAL);
        Audited old = Audited.of(later, RACK.resolve("fleet.ndjson"));
        assertEquals(5L, old.summary().verdicts().get(Verdict.UNDETERMINED), "nothing is believed for two days");
    }

    @Test
    void aWaiverChangesWhatIsEffectiveAndNotTheVerdict() throws Exception {
        List<String> lines = rack();
        lines.add(lines.get(1)
                .replace("h-amd-a", "h-amd-c")
                .replace("l0-a", "l0-e")
                .replace("EPYC 7742", "EPYC 7763")
                .replace("23-49-0", "25-1-1"));
        lines.add(lines.get(6)
                .replace("0003", "0009")
                .replace("web-01", "desk-01")
                .replace("\"cpuMode\":\"custom\"", "\"cpuMode\":\"host-passthrough\""));
        Path file = written("fleet.ndjson", lines.toArray(new String[0]));
        for (String where : List.of("l0-e", "any")) {
            String scope = where.equals("any") ? "guest=desk-*" : "guest=desk-01, destination=l0-e";
            String waiver = "- {rule: passthrough-cpu-differs, scope: '" + scope
                    + "', reason: we know, owner: ops, expires: 2026-12-01}";
            Waivers waivers = Waivers.read(
                    "waivers.yaml",
                    new ByteArrayInputStream(waiver.getBytes(StandardCharsets.UTF_8)),
                    Audited.GUARD.rules(),
                    Clock.fixed(Instant.parse("2026-11-23T00:00:00Z"), ZoneOffset.UTC));
            Audited audited = Audited.of(Audited.GUARD, Audited.to(where), waivers, false, file);
            GuestResult guest = audited.guest("desk-01");
            assertEquals(Verdict.ALLOW, guest.effective(), guest.toString());
            if (where.equals("l0-e")) {
                assertEquals(Verdict.DENY, guest.answer().verdict(), guest.toString());
                assertEquals(
                        List.of("passthrough-cpu-differs"),
                        guest.waived().stream().map(w -> w.rule()).toList());
                assertEquals(
                        1,
                        audited.summary().verdicts(Verdict.DENY)
                                - audited.summary().effective().getOrDefault(Verdict.DENY, 0L));
            }
        }
    }

    @Test
    void aRuleThatReadsAnotherFactTellsMoreGuestsApart() throws Exception {
        Path site = site("FORBID", "guest.machineType", "machineType == \"pc-i440fx-2.1\"");
        MigrationGuard guard = MigrationGuard.withSite(site);
        List<String> lines = rack();
        lines.add(lines.get(6)
                .replace("0003", "0009")
                .replace("web-01", "web-02")
                .replace("pc-q35-8.2", "pc-i440fx-2.1"));
        Path file = written("fleet.ndjson", lines.toArray(new String[0]));
        Audited without = Audited.of(Audited.savevm(), file);
        assertEquals(Verdict.ALLOW, without.guest("web-02").answer().verdict());
        Audited with = Audited.of(guard, Audited.savevm(), null, false, file);
        assertEquals(
                Verdict.DENY,
                with.guest("web-02").answer().verdict(),
                with.guest("web-02").toString());
        assertEquals(Verdict.ALLOW, with.guest("web-01").answer().verdict());
        assertEquals(without.summary().distinct() + 1, with.summary().distinct());
    }
}
