package org.nestguard.evidence.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.nestguard.engine.known.FactsDocument;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.text.FactsReader;
import org.nestguard.evidence.view.CapturedTree;

/** Each host of the fixtures gives the facts that are written beside it. */
class HostFixturesTest {
    private static final Path HOSTS = Path.of(System.getProperty("nestguard.fixtures"), "hosts");
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T12:00:10Z"), ZoneOffset.UTC);

    @TestFactory
    List<DynamicTest> everyHost() throws IOException {
        try (Stream<Path> hosts = Files.list(HOSTS)) {
            return hosts.filter(Files::isDirectory)
                    .sorted()
                    .map(host -> DynamicTest.dynamicTest(String.valueOf(host.getFileName()), () -> compare(host)))
                    .toList();
        }
    }

    private static void compare(Path host) throws Exception {
        FactsDocument expected;
        try (InputStream in = Files.newInputStream(host.resolve("expected.yaml"))) {
            expected = FactsReader.read(host.toString(), in);
        }
        FactsDocument found = new Collector(CLOCK, Optional.of(Duration.ofSeconds(5)), Set.of(), (done, all) -> {})
                .collect(CapturedTree.open(host.resolve("tree")))
                .document();
        assertEquals(texts(expected.host()), texts(found.host()));
        assertEquals(
                expected.guests().stream().map(HostFixturesTest::texts).toList(),
                found.guests().stream().map(HostFixturesTest::texts).toList());
    }

    private static Map<String, String> texts(Known known) {
        Map<String, String> texts = new TreeMap<>();
        known.facts().forEach((key, observation) -> texts.put(key, observation.text()));
        return texts;
    }
}
