package org.nestguard.server.http.settings;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.text.StrictTokens;
import org.nestguard.engine.text.UnreadableException;

/** Reads the settings of the service, a YAML document; a key that nobody reads is an error with its place. */
public final class SettingsReader {
    private static final List<String> TOP =
            List.of("tcp", "unix", "credentials", "host", "rules", "record", "drain", "limits");
    private static final List<String> TCP = List.of("address", "port", "tls");
    private static final List<String> TLS = List.of("certificate", "key", "clients");
    private static final List<String> UNIX = List.of("path", "group");
    private static final List<String> RULES = List.of("folder", "poll");
    private static final List<String> RECORD = List.of("answerWithout");
    private static final List<String> LIMITS = List.of(
            "body", "batch", "header", "uri", "bodyTime", "batchTime", "idle", "concurrent", "batches", "connections");

    private static final Pattern DURATION = Pattern.compile("([0-9]{1,7})(ms|s|m|h)");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,10})(KiB|MiB|GiB)?");
    private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}\\s/]{1,253}");
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final int LARGEST_BODY = 64 << 20;
    private static final long LARGEST_BATCH = 1L << 40;

    private final StrictTokens tokens;
    private @Nullable TcpListener tcp;
    private @Nullable UnixListener unix;
    private @Nullable Path credentials;
    private @Nullable String host;
    private @Nullable SiteRulesFolder rules;
    private boolean answerWithoutRecord;
    private Duration drain = Duration.ofSeconds(5);
    private Limits limits = Limits.USUAL;

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
                default -> throw tokens.unknownKey(key, key, TOP);
            }
        }
        if (tcp == null && unix == null) {
            throw tokens.problem(null, "there is nothing to listen on; say unix, or tcp, or both");
        }
        return new ServiceSettings(tcp, unix, credentials, host, rules, answerWithoutRecord, drain, limits);
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
            if (!key.equals("answerWithout")) {
                throw tokens.unknownKey("record." + key, key, RECORD);
            }
            answerWithoutRecord = flag("record.answerWithout");
        }
    }

    private Limits limits() throws IOException, UnreadableException {
        Limits usual = Limits.USUAL;
        int body = usual.body();
        long batch = usual.batch();
        int header = usual.header();
        int uri = usual.uri();
        Duration bodyTime = usual.bodyTime();
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
                case "batch" -> batch = size(path, 1_024, LARGEST_BATCH);
                case "header" -> header = (int) size(path, 1_024, 1 << 16);
                case "uri" -> uri = (int) number(path, 128, 1 << 15);
                case "bodyTime" -> bodyTime = duration(path);
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
        return new Limits(body, batch, header, uri, bodyTime, batchTime, idle, concurrent, batches, connections);
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
