package org.nestguard.server.http.settings;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.known.Freshness;
import org.nestguard.engine.secret.PrivateFile;
import org.nestguard.engine.text.Harmless;
import org.nestguard.engine.text.StrictTokens;
import org.nestguard.engine.text.UnreadableException;
import org.nestguard.evidence.collect.Ask;
import org.nestguard.store.Durability;
import org.nestguard.store.Place;

/** Reads the settings of the service, a YAML document; a key that nobody reads is an error with its place. */
public final class SettingsReader {
    private static final List<String> TOP = List.of(
            "tcp",
            "unix",
            "credentials",
            "host",
            "rules",
            "record",
            "drain",
            "limits",
            "database",
            "facts",
            "agent",
            "pools",
            "everyHostIsKnown");
    private static final List<String> TCP = List.of("address", "port", "tls");
    private static final List<String> TLS = List.of("certificate", "key", "clients");
    private static final List<String> UNIX = List.of("path", "group");
    private static final List<String> RULES = List.of("folder", "poll");
    private static final List<String> RECORD = List.of("key", "keepDays");
    private static final List<String> DATABASE = List.of("file", "durability", "url", "user", "passwordFile");
    private static final List<String> FACTS = List.of("l2Age", "age", "reading");
    private static final List<String> AGENT =
            List.of("registry", "token", "authorities", "interval", "sample", "patience", "askGuests", "askQemu");
    private static final List<String> LIMITS = List.of(
            "body",
            "facts",
            "batch",
            "header",
            "uri",
            "headTime",
            "bodyTime",
            "answerTime",
            "batchTime",
            "idle",
            "concurrent",
            "batches",
            "connections");

    private static final Pattern DURATION = Pattern.compile("([0-9]{1,7})(ms|s|m|h)");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,10})(KiB|MiB|GiB)?");
    private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}\\s/]{1,253}");
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final int LARGEST_BODY = 64 << 20;
    private static final int LARGEST_FACTS = 512 << 20;
    private static final long LARGEST_BATCH = 1L << 40;

    private final StrictTokens tokens;
    private @Nullable TcpListener tcp;
    private @Nullable UnixListener unix;
    private @Nullable Path credentials;
    private @Nullable String host;
    private @Nullable SiteRulesFolder rules;
    private Duration drain = Duration.ofSeconds(5);
    private Limits limits = Limits.USUAL;
    private @Nullable Place database;
    private @Nullable Path recordKey;
    private @Nullable Duration kept;
    private Freshness freshness = Freshness.USUAL;
    private Duration reading = SiteSettings.NONE.reading();
    private @Nullable AgentSettings agent;
    private Map<String, List<String>> pools = Map.of();
    private boolean everyHostIsKnown;

    private SettingsReader(StrictTokens tokens) {
        this.tokens = tokens;
    }

    /**
     * Reads a file.
     *
     * @throws UnreadableException naming file, line and key that cannot be taken, and what to do
     * @throws IOException where the file cannot be read
     */
    public static ServiceSettings read(Path file) throws IOException, UnreadableException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(file.toString(), in);
        }
    }

    /** Reads a stream. @throws UnreadableException as for a file */
    public static ServiceSettings read(String file, InputStream in) throws IOException, UnreadableException {
        return StrictTokens.yaml(file, in, tokens -> new SettingsReader(tokens).document());
    }

    private ServiceSettings document() throws IOException, UnreadableException {
        tokens.startDocument("the settings of the service are expected here: keys such as unix, tcp and credentials");
        for (String key = tokens.nextKey(""); key != null; key = tokens.nextKey("")) {
            switch (key) {
                case "tcp" -> tcp = tcp();
                case "unix" -> unix = unix();
                case "credentials" -> credentials = path(key);
                case "host" -> host = name(key);
                case "rules" -> rules = rules();
                case "record" -> record();
                case "drain" -> drain = duration(key);
                case "limits" -> limits = limits();
                case "database" -> database = database();
                case "facts" -> facts();
                case "agent" -> agent = agent();
                case "pools" -> pools = pools();
                case "everyHostIsKnown" -> everyHostIsKnown = flag(key);
                default -> throw tokens.unknownKey(key, key, TOP);
            }
        }
        if (tcp == null && unix == null) {
            throw tokens.problem(null, "there is nothing to listen on; say unix, or tcp, or both");
        }
        return new ServiceSettings(tcp, unix, credentials, host, rules, drain, limits, site());
    }

    private TcpListener tcp() throws IOException, UnreadableException {
        String address = "127.0.0.1";
        Integer port = null;
        TlsFiles tls = null;
        tokens.startObject("tcp");
        for (String key = tokens.nextKey("tcp."); key != null; key = tokens.nextKey("tcp.")) {
            switch (key) {
                case "address" -> address = name("tcp.address");
                case "port" -> port = (int) number("tcp.port", 0, 65_535);
                case "tls" -> tls = tls();
                default -> throw tokens.unknownKey("tcp." + key, key, TCP);
            }
        }
        if (port == null) {
            throw tokens.problem("tcp.port", "missing; say which port to listen on");
        }
        return new TcpListener(address, port, tls);
    }

    private TlsFiles tls() throws IOException, UnreadableException {
        Path certificate = null;
        Path privateKey = null;
        Path clients = null;
        tokens.startObject("tcp.tls");
        for (String key = tokens.nextKey("tcp.tls."); key != null; key = tokens.nextKey("tcp.tls.")) {
            switch (key) {
                case "certificate" -> certificate = path("tcp.tls.certificate");
                case "key" -> privateKey = path("tcp.tls.key");
                case "clients" -> clients = path("tcp.tls.clients");
                default -> throw tokens.unknownKey("tcp.tls." + key, key, TLS);
            }
        }
        if (certificate == null || privateKey == null) {
            throw tokens.problem("tcp.tls", "certificate and key are both needed, each the path of a PEM file");
        }
        return new TlsFiles(certificate, privateKey, clients);
    }

    private UnixListener unix() throws IOException, UnreadableException {
        Path path = null;
        String group = null;
        tokens.startObject("unix");
        for (String key = tokens.nextKey("unix."); key != null; key = tokens.nextKey("unix.")) {
            switch (key) {
                case "path" -> path = path("unix.path");
                case "group" -> group = name("unix.group");
                default -> throw tokens.unknownKey("unix." + key, key, UNIX);
            }
        }
        if (path == null) {
            throw tokens.problem("unix.path", "missing; say where the socket is to be, such as /run/nestguard/socket");
        }
        return new UnixListener(path, group);
    }

    private SiteRulesFolder rules() throws IOException, UnreadableException {
        Path folder = null;
        Duration poll = Duration.ofSeconds(2);
        tokens.startObject("rules");
        for (String key = tokens.nextKey("rules."); key != null; key = tokens.nextKey("rules.")) {
            switch (key) {
                case "folder" -> folder = path("rules.folder");
                case "poll" -> poll = duration("rules.poll");
                default -> throw tokens.unknownKey("rules." + key, key, RULES);
            }
        }
        if (folder == null) {
            throw tokens.problem("rules.folder", "missing; say where the rules are, or leave rules out");
        }
        return new SiteRulesFolder(folder, poll);
    }

    private void record() throws IOException, UnreadableException {
        tokens.startObject("record");
        for (String key = tokens.nextKey("record."); key != null; key = tokens.nextKey("record.")) {
            switch (key) {
                case "key" -> recordKey = path("record.key");
                case "keepDays" -> kept = Duration.ofDays(number("record.keepDays", 1, 36_500));
                default -> throw tokens.unknownKey("record." + key, key, RECORD);
            }
        }
    }

    private SiteSettings site() throws UnreadableException {
        if (database != null && recordKey == null) {
            throw tokens.problem(
                    "record.key", "missing; say where the key of the record of decisions is, outside of the database");
        }
        if (database == null && recordKey != null) {
            throw tokens.problem("database", "missing; a record of decisions is kept in one");
        }
        boolean elsewhere = agent != null && agent.registry() != null;
        if (elsewhere && database != null) {
            throw tokens.problem(
                    "agent.registry", "this service has a database, so it is the registry itself; leave one out");
        }
        if (agent != null && !elsewhere && database == null) {
            throw tokens.problem("agent.registry", "missing; say who is to be told, or keep a database here");
        }
        if (agent != null && elsewhere && agent.token() == null) {
            throw tokens.problem("agent.token", "missing; say in which file the credential for the registry is");
        }
        if (database == null && (everyHostIsKnown || !pools.isEmpty())) {
            throw tokens.problem(
                    "database", "missing; pools and everyHostIsKnown are for the registry, which keeps one");
        }
        if (everyHostIsKnown && !pools.isEmpty()) {
            throw tokens.problem("everyHostIsKnown", "pools say which hosts there are; leave one of the two out");
        }
        return new SiteSettings(
                database, recordKey, kept, freshness, reading, agent, new Pools(pools, everyHostIsKnown));
    }

    private Map<String, List<String>> pools() throws IOException, UnreadableException {
        Map<String, List<String>> read = new HashMap<>();
        Set<String> placed = new HashSet<>();
        tokens.startObject("pools");
        for (String pool = tokens.nextKey("pools."); pool != null; pool = tokens.nextKey("pools.")) {
            String path = "pools." + Harmless.text(pool, 80);
            List<String> hosts = new ArrayList<>();
            tokens.startList(path);
            for (String host = tokens.nextText(path); host != null; host = tokens.nextText(path)) {
                if (!NAME.matcher(host).matches()) {
                    throw tokens.problem(path, "must be a list of names of hosts, as their agents say them");
                }
                if (!placed.add(host)) {
                    throw tokens.problem(path, host + " is in a pool already; a host is in one");
                }
                hosts.add(host);
            }
            read.put(pool, hosts);
        }
        if (placed.isEmpty()) {
            throw tokens.problem("pools", "there is no host in it; list the hosts of each pool, or leave pools out");
        }
        return read;
    }

    private Place database() throws IOException, UnreadableException {
        Path file = null;
        String url = null;
        String user = null;
        Path passwordFile = null;
        Durability durability = Durability.NORMAL;
        tokens.startObject("database");
        for (String key = tokens.nextKey("database."); key != null; key = tokens.nextKey("database.")) {
            String path = "database." + key;
            switch (key) {
                case "file" -> file = path(path);
                case "durability" -> durability = durability(path);
                case "url" -> url = tokens.text(path);
                case "user" -> user = name(path);
                case "passwordFile" -> passwordFile = path(path);
                default -> throw tokens.unknownKey(path, key, DATABASE);
            }
        }
        if ((file == null) == (url == null)) {
            throw tokens.problem("database", "say either file, for an embedded one, or url, for one of PostgreSQL");
        }
        if (file != null) {
            return new Place.InFile(file, durability);
        }
        if (!url.startsWith("jdbc:postgresql:")) {
            throw tokens.problem("database.url", "must begin with jdbc:postgresql:");
        }
        return new Place.OnServer(url, user, passwordFile == null ? null : password(passwordFile));
    }

    private String password(Path file) throws IOException, UnreadableException {
        try {
            PrivateFile.check(file);
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw tokens.problem("database.passwordFile", String.valueOf(e.getMessage()));
        }
    }

    private Durability durability(String key) throws IOException, UnreadableException {
        return switch (tokens.text(key)) {
            case "normal" -> Durability.NORMAL;
            case "full" -> Durability.FULL;
            default -> throw tokens.problem(key, "must be normal, or full where a loss of power must lose nothing");
        };
    }

    private void facts() throws IOException, UnreadableException {
        Duration l2 = Freshness.USUAL.l2();
        Duration rest = Freshness.USUAL.rest();
        tokens.startObject("facts");
        for (String key = tokens.nextKey("facts."); key != null; key = tokens.nextKey("facts.")) {
            String path = "facts." + key;
            switch (key) {
                case "l2Age" -> l2 = duration(path);
                case "age" -> rest = duration(path);
                case "reading" -> reading = duration(path);
                default -> throw tokens.unknownKey(path, key, FACTS);
            }
        }
        freshness = new Freshness(l2, rest);
    }

    private AgentSettings agent() throws IOException, UnreadableException {
        URI registry = null;
        Path token = null;
        Path authorities = null;
        Duration interval = Duration.ofSeconds(20);
        Duration sample = Duration.ofSeconds(2);
        Duration patience = Duration.ofMillis(1_800);
        Set<Ask> asks = EnumSet.noneOf(Ask.class);
        tokens.startObject("agent");
        for (String key = tokens.nextKey("agent."); key != null; key = tokens.nextKey("agent.")) {
            String path = "agent." + key;
            switch (key) {
                case "registry" -> registry = registry(path);
                case "token" -> token = path(path);
                case "authorities" -> authorities = path(path);
                case "interval" -> interval = duration(path);
                case "sample" -> sample = duration(path);
                case "patience" -> patience = duration(path);
                case "askGuests" -> ask(asks, Ask.GUESTS, flag(path));
                case "askQemu" -> ask(asks, Ask.MONITORS, flag(path));
                default -> throw tokens.unknownKey(path, key, AGENT);
            }
        }
        return new AgentSettings(registry, token, authorities, interval, sample, patience, asks);
    }

    private static void ask(Set<Ask> asks, Ask whom, boolean wanted) {
        if (wanted) {
            asks.add(whom);
        }
    }

    /** In the clear only to this machine: a credential travels with every request. */
    private URI registry(String key) throws IOException, UnreadableException {
        try {
            URI url = new URI(tokens.text(key));
            boolean here = Set.of("localhost", "127.0.0.1", "[::1]").contains(String.valueOf(url.getHost()));
            boolean bare =
                    String.valueOf(url.getPath()).isEmpty() && url.getQuery() == null && url.getUserInfo() == null;
            boolean safe = "https".equals(url.getScheme()) || ("http".equals(url.getScheme()) && here);
            if (bare && safe && url.getHost() != null) {
                return url;
            }
        } catch (URISyntaxException e) {
            // the same words serve
        }
        throw tokens.problem(
                key, "must be a URL such as https://registry.example:7420, without a path; http only on this machine");
    }

    private Limits limits() throws IOException, UnreadableException {
        Limits usual = Limits.USUAL;
        int body = usual.body();
        int facts = usual.facts();
        long batch = usual.batch();
        int header = usual.header();
        int uri = usual.uri();
        Duration headTime = usual.headTime();
        Duration bodyTime = usual.bodyTime();
        Duration answerTime = usual.answerTime();
        Duration batchTime = usual.batchTime();
        Duration idle = usual.idle();
        int concurrent = usual.concurrent();
        int batches = usual.batches();
        int connections = usual.connections();
        tokens.startObject("limits");
        for (String key = tokens.nextKey("limits."); key != null; key = tokens.nextKey("limits.")) {
            String path = "limits." + key;
            switch (key) {
                case "body" -> body = (int) size(path, 1_024, LARGEST_BODY);
                case "facts" -> facts = (int) size(path, 1_024, LARGEST_FACTS);
                case "batch" -> batch = size(path, 1_024, LARGEST_BATCH);
                case "header" -> header = (int) size(path, 1_024, 1 << 16);
                case "uri" -> uri = (int) number(path, 128, 1 << 15);
                case "headTime" -> headTime = duration(path);
                case "bodyTime" -> bodyTime = duration(path);
                case "answerTime" -> answerTime = duration(path);
                case "batchTime" -> batchTime = duration(path);
                case "idle" -> idle = duration(path);
                case "concurrent" -> concurrent = (int) number(path, 1, 1_024);
                case "batches" -> batches = (int) number(path, 1, 256);
                case "connections" -> connections = (int) number(path, 1, 100_000);
                default -> throw tokens.unknownKey(path, key, LIMITS);
            }
        }
        if (batches > concurrent) {
            throw tokens.problem("limits.batches", "must not be more than limits.concurrent, which is " + concurrent);
        }
        return new Limits(
                body,
                facts,
                batch,
                header,
                uri,
                headTime,
                bodyTime,
                answerTime,
                batchTime,
                idle,
                concurrent,
                batches,
                connections);
    }

    private Path path(String key) throws IOException, UnreadableException {
        String text = tokens.text(key);
        if (!text.startsWith("/") || text.indexOf('\0') >= 0) {
            throw tokens.problem(key, "must be an absolute path, such as /etc/nestguard/" + last(key));
        }
        return Path.of(text).normalize();
    }

    private static String last(String key) {
        return key.substring(key.lastIndexOf('.') + 1);
    }

    private String name(String key) throws IOException, UnreadableException {
        String text = tokens.text(key);
        if (!NAME.matcher(text).matches()) {
            throw tokens.problem(key, "must be one name, without blanks or slashes");
        }
        return text;
    }

    private boolean flag(String key) throws IOException, UnreadableException {
        return switch (tokens.text(key)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw tokens.problem(key, "must be true or false");
        };
    }

    private long number(String key, long least, long most) throws IOException, UnreadableException {
        String text = tokens.text(key);
        if (text.matches("[0-9]{1,10}")) {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw tokens.problem(key, "must be a whole number from " + least + " to " + most);
    }

    private long size(String key, long least, long most) throws IOException, UnreadableException {
        Matcher m = SIZE.matcher(tokens.text(key));
        if (m.matches()) {
            String unit = m.group(2) == null ? "" : m.group(2);
            long one = switch (unit) {
                case "KiB" -> 1L << 10;
                case "MiB" -> 1L << 20;
                case "GiB" -> 1L << 30;
                default -> 1L;
            };
            long size = Long.parseLong(m.group(1)) * one;
            if (size >= least && size <= most) {
                return size;
            }
        }
        throw tokens.problem(
                key, "must be a size from " + least + " to " + most + " bytes, such as 64KiB, 1MiB or 65536");
    }

    private Duration duration(String key) throws IOException, UnreadableException {
        Matcher m = DURATION.matcher(tokens.text(key));
        if (m.matches()) {
            long number = Long.parseLong(m.group(1));
            Duration duration = switch (m.group(2)) {
                case "ms" -> Duration.ofMillis(number);
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                default -> Duration.ofSeconds(number);
            };
            if (duration.toMillis() >= 1 && duration.compareTo(LONGEST) <= 0) {
                return duration;
            }
        }
        throw tokens.problem(key, "must be a duration of at most a day, such as 500ms, 10s, 5m or 1h");
    }
}
