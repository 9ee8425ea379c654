package org.nestguard.fleet.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nestguard.engine.text.Problem;

class InventoryTest {
    private static final String DOCUMENT = """
            facts: 1
            host: {id: ID, name: NAME, observedAt: 2026-11-22T13:00:00Z, arch: x86_64, vendor: amd}
            guests:
            - {name: GUEST, nesting: true, l2: {live: 2}}
            evidence:
              /guests/0/l2/live: {from: virsh domstats, at: 2026-11-22T12:59:59Z}
            """;

    @TempDir
    private Path folder = Path.of("");

    private static String document(String id) {
        return DOCUMENT.replace("ID", id).replace("NAME", "l0-" + id).replace("GUEST", "vm-" + id);
    }

    private Inventory opened(Path... paths) throws IOException {
        return Inventory.open(
                java.util.Arrays.stream(paths).map(Path::toString).toList(),
                new ByteArrayInputStream("{\"kind\":\"host\"}\n".getBytes(StandardCharsets.UTF_8)));
    }

    private static List<String> copied(Inventory inventory) throws IOException {
        assertEquals(1, inventory.files().size());
        return Files.readAllLines(inventory.files().get(0).path());
    }

    @Test
    void flatLinesAreReadWhereTheyLie() throws Exception {
        Path file = Files.writeString(folder.resolve("f"), "\n { \"kind\": \"host\", \"id\": \"a\"}\n");
        try (Inventory inventory = opened(file)) {
            assertEquals(List.of(new FlatFile(file.toString(), file, false)), inventory.files());
        }
    }

    @Test
    void aBadFirstLineCostsItselfAlone() throws Exception {
        for (String bad :
                List.of("garbage: [", "\ufeff{\"kind\":\"guest\",\"hostId\":\"a\"}", "{\"id\":\"b\"}", "---")) {
            Path file = Files.writeString(folder.resolve("f"), bad + "\n{\"kind\":\"host\",\"id\":\"a\"}\n");
            try (Inventory inventory = opened(file)) {
                assertEquals(List.of(new FlatFile(file.toString(), file, false)), inventory.files(), bad);
            }
        }
    }

    @Test
    void aFileOfWhichNothingEverCanBeReadEndsIt() throws Exception {
        Path bomb = folder.resolve("bomb.yaml.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(bomb))) {
            out.write("---\nx\n".repeat(100_001).getBytes(StandardCharsets.UTF_8));
        }
        IOException e = assertThrows(IOException.class, () -> opened(bomb));
        assertTrue(
                String.valueOf(e.getMessage()).contains("more than 100000 documents that cannot be read"), e::toString);
    }

    @Test
    void aFolderInWhichNothingIsReadIsAProblemWhateverElseIsNamed() throws Exception {
        Path file = Files.writeString(folder.resolve("fleet.yaml"), document("a"));
        Path empty = Files.createDirectory(folder.resolve("empty"));
        Path other = Files.createDirectory(folder.resolve("other"));
        Files.writeString(other.resolve("b.yaml"), document("b"));
        try (Inventory inventory = opened(file, empty, other)) {
            assertEquals(
                    List.of(empty.toString()),
                    inventory.problems().stream().map(Problem::file).toList());
            assertEquals(4, copied(inventory).size());
        }
    }

    @Test
    void factsDocumentsOfAFileAreCopiedEachWithItsPlace() throws Exception {
        Path file = folder.resolve("fleet.yaml.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            String text = "# two hosts\n---\n" + document("a") + "---\n" + document("b");
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        Path copy;
        try (Inventory inventory = opened(file)) {
            assertEquals(List.of(), inventory.problems());
            List<String> lines = copied(inventory);
            assertEquals(4, lines.size());
            assertTrue(lines.get(0).contains("\"id\":\"a\""), lines.get(0));
            assertTrue(lines.get(1).contains("\"from\":\"virsh domstats\""), lines.get(1));
            assertTrue(lines.get(2).contains("fleet.yaml.gz:10\""), lines.get(2));
            copy = inventory.files().get(0).path();
        }
        assertFalse(Files.exists(copy));
    }

    @Test
    void aDocumentThatCannotBeReadCostsItselfAlone() throws Exception {
        Path file = Files.writeString(
                folder.resolve("fleet.yaml"),
                document("a") + "---\nfacts: 1\nhost:\n  nestd: true\n---\n" + document("b"));
        try (Inventory inventory = opened(file)) {
            assertEquals(1, inventory.problems().size());
            assertEquals(
                    10, inventory.problems().get(0).line(), inventory.problems().toString());
            assertEquals(4, copied(inventory).size());
        }
    }

    @Test
    void jsonMayBeADocumentALine() throws Exception {
        String line = "{\"facts\":1,\"host\":{\"id\":\"ID\",\"observedAt\":\"2026-11-22T13:00:00Z\"}}\n";
        Path file =
                Files.writeString(folder.resolve("fleet.ndjson"), line.replace("ID", "a") + line.replace("ID", "b"));
        try (Inventory inventory = opened(file)) {
            assertEquals(List.of(), inventory.problems());
            assertEquals(2, copied(inventory).size());
        }
    }

    @Test
    void aFolderIsReadInTheOrderOfItsNamesAndFoldersBelowArePools() throws Exception {
        Path pool = Files.createDirectory(folder.resolve("pool-a"));
        Files.writeString(pool.resolve("b.yaml"), document("b"));
        Files.writeString(folder.resolve("a.yaml"), document("a"));
        Files.writeString(folder.resolve("README"), "no facts");
        try (Inventory inventory = opened(folder)) {
            assertEquals(List.of(), inventory.problems());
            List<String> lines = copied(inventory);
            assertEquals(4, lines.size());
            assertFalse(lines.get(0).contains("\"pool\""), lines.get(0));
            assertTrue(lines.get(2).contains("\"pool\":\"pool-a\""), lines.get(2));
        }
    }

    @Test
    void aCapturedHostIsReadAsCollectWouldReadIt() throws Exception {
        Path tree =
                Path.of(System.getProperty("nestguard.fixtures", "fixtures")).resolve("hosts/amd-with-a-live-l2/tree");
        try (Inventory inventory = opened(tree)) {
            assertEquals(List.of(), inventory.problems());
            assertTrue(copied(inventory).get(0).contains("\"vendor\":\"amd\""));
        }
    }

    @Test
    void whatIsNotThereOrEmptyIsSaid() throws Exception {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        Path blank = Files.writeString(folder.resolve("blank.yaml"), "\n");
        try (Inventory inventory = opened(folder.resolve("nowhere"), empty, blank)) {
            assertEquals(3, inventory.problems().size(), inventory.problems().toString());
        }
    }

    @Test
    void aDocumentMayBeginBehindTheDashesAndDashesInATextAreNone() throws Exception {
        String flow = "--- {facts: 1, host: {id: ID, observedAt: 2026-11-22T13:00:00Z}, guests: [{name: vm-ID}]}\n";
        String remark = document("c").replace("from: virsh domstats", "why: \"one\n    ---\n    two\", from: virsh");
        Path file = Files.writeString(
                folder.resolve("fleet.yaml"),
                flow.replace("ID", "a") + flow.replace("ID", "b") + "--- # the third\n" + remark);
        try (Inventory inventory = opened(file)) {
            assertEquals(List.of(), inventory.problems());
            List<String> lines = copied(inventory);
            assertEquals(6, lines.size(), lines::toString);
            assertTrue(lines.get(1).contains("vm-a") && lines.get(1).contains("fleet.yaml:1\""), lines.get(1));
            assertTrue(lines.get(3).contains("vm-b") && lines.get(3).contains("fleet.yaml:2\""), lines.get(3));
            assertTrue(lines.get(5).contains("vm-c"), lines.get(5));
        }
    }

    @Test
    void aLinkThatIsNotFollowedIsSaid() throws Exception {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Path file = Files.writeString(elsewhere.resolve("b.yaml"), document("b"));
        Path fleet = Files.createDirectory(folder.resolve("fleet"));
        Files.createSymbolicLink(fleet.resolve("a.yaml"), file);
        Files.createSymbolicLink(fleet.resolve("pool"), elsewhere);
        Files.createSymbolicLink(fleet.resolve("gone.yaml"), folder.resolve("nowhere"));
        Files.createSymbolicLink(fleet.resolve("README"), folder.resolve("nowhere"));
        try (Inventory inventory = opened(fleet)) {
            assertEquals(2, copied(inventory).size());
            List<String> problems =
                    inventory.problems().stream().map(Problem::inOneLine).toList();
            assertEquals(2, problems.size(), problems::toString);
            assertTrue(problems.get(0).contains("gone.yaml: is a link that leads nowhere"), problems::toString);
            assertTrue(problems.get(1).contains("pool: leads to a folder"), problems::toString);
        }
    }

    /** As a shell gives one for the output of a command: what was read of it is gone. */
    @Test
    void aPipeIsReadToItsEndThoughItCanBeReadButOnce() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        Process writer = new ProcessBuilder("dd", "of=" + pipe, "status=none").start();
        try (OutputStream out = writer.getOutputStream()) {
            out.write("{\"kind\":\"host\",\"id\":\"a\"}\n".getBytes(StandardCharsets.UTF_8));
        }
        try (Inventory inventory = opened(pipe)) {
            FlatFile copy = inventory.files().get(0);
            assertEquals(pipe.toString(), copy.name());
            assertEquals(List.of("{\"kind\":\"host\",\"id\":\"a\"}"), Files.readAllLines(copy.path()));
        }
        assertEquals(0, writer.waitFor());
    }
}
