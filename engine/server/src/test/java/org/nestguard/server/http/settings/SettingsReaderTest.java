package org.nestguard.server.http.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nestguard.engine.known.Freshness;
import org.nestguard.engine.text.UnreadableException;
import org.nestguard.evidence.collect.Ask;
import org.nestguard.store.Place;

/** What an operator sets, and how a mistake is told. */
class SettingsReaderTest {
    private static ServiceSettings read(String text) throws IOException, UnreadableException {
        return SettingsReader.read("serve.yaml", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String refused(String text) {
        return assertThrows(UnreadableException.class, () -> read(text))
                .problem()
                .inOneLine();
    }

    @Test
    void allOfItIsRead() throws Exception {
        ServiceSettings settings = read("""
                tcp:
                  address: 10.0.0.1
                  port: 8470
                  tls: {certificate: /etc/n/a.crt, key: /etc/n/a.key, clients: /etc/n/c.crt}
                unix: {path: /run/nestguard/socket, group: libvirt}
                credentials: /etc/n/credentials.yaml
                host: l0-a
                rules: {folder: /etc/n/rules, poll: 5s}
                record: {key: /etc/n/record.key, keepDays: 400}
                database: {url: 'jdbc:postgresql://db/nestguard', user: nestguard}
                facts: {l2Age: 30s, age: 12h, reading: 900ms}
                agent: {interval: 10s, sample: 1s, patience: 1s, askGuests: true}
                pools: {rack-1: [l0-a, l0-b], rack-2: [l0-c]}
                drain: 1m
                limits:
                  body: 2MiB
                  facts: 64MiB
                  batch: 2GiB
                  header: 16KiB
                  uri: 1000
                  headTime: 3s
                  bodyTime: 500ms
                  answerTime: 2m
                  batchTime: 1h
                  idle: 20s
                  concurrent: 10
                  batches: 2
                  connections: 100
                """);
        assertEquals(
                new ServiceSettings(
                        new TcpListener(
                                "10.0.0.1",
                                8470,
                                new TlsFiles(
                                        Path.of("/etc/n/a.crt"), Path.of("/etc/n/a.key"), Path.of("/etc/n/c.crt"))),
                        new UnixListener(Path.of("/run/nestguard/socket"), "libvirt"),
                        Path.of("/etc/n/credentials.yaml"),
                        "l0-a",
                        new SiteRulesFolder(Path.of("/etc/n/rules"), Duration.ofSeconds(5)),
                        Duration.ofMinutes(1),
                        new Limits(
                                2 << 20,
                                64 << 20,
                                2L << 30,
                                16 << 10,
                                1_000,
                                Duration.ofSeconds(3),
                                Duration.ofMillis(500),
                                Duration.ofMinutes(2),
                                Duration.ofHours(1),
                                Duration.ofSeconds(20),
                                10,
                                2,
                                100),
                        new SiteSettings(
                                new Place.OnServer("jdbc:postgresql://db/nestguard", "nestguard", null),
                                Path.of("/etc/n/record.key"),
                                Duration.ofDays(400),
                                new Freshness(Duration.ofSeconds(30), Duration.ofHours(12)),
                                Duration.ofMillis(900),
                                new AgentSettings(
                                        null,
                                        null,
                                        null,
                                        Duration.ofSeconds(10),
                                        Duration.ofSeconds(1),
                                        Duration.ofSeconds(1),
                                        Set.of(Ask.GUESTS)),
                                new Pools(
                                        Map.of("rack-1", List.of("l0-a", "l0-b"), "rack-2", List.of("l0-c")), false))),
                settings);
    }

    @Test
    void whatIsNotSaidIsSafe() throws Exception {
        ServiceSettings settings = read("tcp: {port: 8470}\n");
        assertEquals(new TcpListener("127.0.0.1", 8470, null), settings.tcp());
        assertNull(settings.credentials());
        assertEquals(Pools.UNSAID, settings.site().pools());
        assertEquals(Limits.USUAL, settings.limits());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tcp: {port: 1}\\nhots: a | serve.yaml:2:1: hots: there is no such key; did you mean host?",
                "tcp: {prot: 1} | tcp.prot: there is no such key; did you mean port?",
                "tcp: {port: 1, port: 2} | tcp.port: stands there twice",
                "tcp: {port: 70000} | tcp.port: must be a whole number from 0 to 65535",
                "tcp: {port: high} | tcp.port: must be a whole number",
                "tcp: {address: 127.0.0.1} | tcp.port: missing",
                "tcp: 8470 | tcp: must be a group of keys",
                "unix: {group: kvm} | unix.path: missing",
                "unix: {path: run/socket} | unix.path: must be an absolute path",
                "host: a | there is nothing to listen on",
                "tcp: {port: 1, tls: {certificate: /a}} | tcp.tls: certificate and key are both needed",
                "tcp: {port: 1}\\nrules: {poll: 2s} | rules.folder: missing",
                "tcp: {port: 1}\\nrules: {folder: /a, poll: 2} | rules.poll: must be a duration",
                "tcp: {port: 1}\\ndrain: 3d | drain: must be a duration of at most a day",
                "tcp: {port: 1}\\nrecord: {answerWithout: true} | record.answerWithout: there is no such key",
                "tcp: {port: 1}\\npools: {a: [l0-a]} | database: missing; pools and everyHostIsKnown are for the registry",
                "tcp: {port: 1}\\npools: {a: [l0-a], b: [l0-a]} | pools.b: l0-a is in a pool already",
                "tcp: {port: 1}\\npools: {a: [l0-a, l0-a]} | pools.a: l0-a is in a pool already",
                "tcp: {port: 1}\\npools: {a: l0-a} | pools.a: must be a list",
                "tcp: {port: 1}\\npools: {a: [x/y]} | pools.a: must be a list of names of hosts",
                "tcp: {port: 1}\\npools: {a: [[l0-a]]} | pools.a: must be a single value",
                "tcp: {port: 1}\\npools: {a: []} | pools: there is no host in it",
                "tcp: {port: 1}\\neveryHostIsKnown: maybe | everyHostIsKnown: must be true or false",
                "tcp: {port: 1}\\ndatabase: {file: /a}\\nrecord: {key: /b}\\npools: {a: [x]}\\neveryHostIsKnown: true | leave one of",
                "tcp: {port: 1}\\nlimits: {body: 1} | limits.body: must be a size from 1024",
                "tcp: {port: 1}\\nlimits: {concurrent: 0} | limits.concurrent: must be a whole number from 1",
                "tcp: {port: 1}\\nlimits: {concurrent: 2, batches: 3} | limits.batches: must not be more than",
                "tcp: {port: 1}\\ncredentials: | credentials: has no value",
                "tcp: {port: 1}\\nhost: a b | host: must be one name",
                "tcp: {port: 1}\\nlimits: {headTime: 0s} | limits.headTime: must be a duration",
                "tcp: {port: 1}\\nlimits: {facts: 1GiB} | limits.facts: must be a size from",
                "tcp: {port: 1}\\nrecord: {keepDays: 0} | record.keepDays: must be a whole number from 1",
                "tcp: {port: 1}\\nrecord: {key: /k} | database: missing",
                "tcp: {port: 1}\\ndatabase: {file: /d} | record.key: missing",
                "tcp: {port: 1}\\ndatabase: {user: me} | database: say either file",
                "tcp: {port: 1}\\ndatabase: {file: /d, url: x} | database: say either file",
                "tcp: {port: 1}\\ndatabase: {url: 'jdbc:mysql://db'} | database.url: must begin with jdbc:postgresql:",
                "tcp: {port: 1}\\ndatabase: {file: /d, durability: some} | database.durability: must be normal",
                "tcp: {port: 1}\\nagent: {interval: 9s} | agent.registry: missing",
                "tcp: {port: 1}\\nagent: {registry: 'https://r:1'} | agent.token: missing",
                "tcp: {port: 1}\\nagent: {registry: 'http://r:1', token: /t} | agent.registry: must be a URL",
                "tcp: {port: 1}\\nagent: {registry: 'https://me:word@r:1', token: /t} | agent.registry: must be a URL",
                "tcp: {port: 1}\\nagent: {registry: 'https://r:1/v1', token: /t} | agent.registry: must be a URL",
                "tcp: {port: 1}\\nagent: {registry: 'https://r:1?x', token: /t} | agent.registry: must be a URL",
                "tcp: {port: 1}\\nagent: {registry: 'https://r:1', token: /t}\\ndatabase: {file: /d}\\nrecord: {key: /k} | agent.registry: this service has a database",
                "tcp: &a {port: 1} | anchors",
                "tcp: {port: 1}\\n---\\ntcp: {port: 2} | one document is expected",
                "tcp: {port: 1 | not YAML",
                "[] | the settings of the service are expected here"
            })
    void aMistakeIsToldWithItsPlaceAndWhatToDo(String text, String message) {
        String said = refused(text.replace("\\n", "\n"));
        assertTrue(said.startsWith("serve.yaml:") && said.contains(message), said);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing\n"})
    void anEmptyFileSetsNothing(String text) {
        assertTrue(refused(text).contains("there is nothing in it"));
    }

    @Test
    void aPasswordThatOthersMayReadIsNotTaken(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("password"), "hunter2\n");
        String text = "tcp: {port: 1}\nrecord: {key: /k}\ndatabase: {url: 'jdbc:postgresql://db', passwordFile: " + file
                + "}\n";
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        String said = refused(text);
        assertTrue(said.contains("chmod 600") && !said.contains("hunter2"), said);
    }

    @Test
    void aFileThatIsTooLargeIsNotRead() {
        assertTrue(refused("# " + "x".repeat(1 << 17)).contains("larger than"));
    }
}
