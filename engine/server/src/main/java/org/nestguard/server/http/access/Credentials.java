package org.nestguard.server.http.access;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;
import org.nestguard.catalogue.TableException;
import org.nestguard.catalogue.TableReader;
import org.nestguard.catalogue.TableRow;
import org.nestguard.engine.secret.NotPrivateException;
import org.nestguard.engine.secret.PrivateFile;

/**
 * Who may what: a YAML list, each row with {@code name}, {@code roles}, either {@code token} or {@code certificate} (the
 * whole subject of a client's certificate), and {@code host} where it may push. Of a token only a digest is kept.
 */
public final class Credentials {
    /** Nobody has any. */
    public static final Credentials NONE = new Credentials(List.of());

    private static final Set<String> KEYS = Set.of("name", "token", "certificate", "roles", "host");
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/=-]{20,512}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,62}");
    private static final String MAKE_ONE = "make one with: openssl rand -hex 32";

    private final List<Entry> entries;

    /** One row: of digest and subject one is null. */
    private static final class Entry {
        private final Caller caller;
        private final byte @Nullable [] digest;
        private final @Nullable X500Principal subject;

        Entry(Caller caller, byte @Nullable [] digest, @Nullable X500Principal subject) {
            this.caller = caller;
            this.digest = digest;
            this.subject = subject;
        }

        boolean same(Entry other) {
            return subject == null
                    ? digest != null && other.digest != null && MessageDigest.isEqual(digest, other.digest)
                    : subject.equals(other.subject);
        }
    }

    private Credentials(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /**
     * Reads a file that nobody but its owner may read.
     *
     * @throws CredentialsException where it is open to others or wrong; then none of it holds
     */
    public static Credentials read(Path file) throws CredentialsException {
        try {
            PrivateFile.check(file);
            try (InputStream in = Files.newInputStream(file)) {
                return new Credentials(entries(TableReader.read(file.toString(), in)));
            }
        } catch (TableException e) {
            throw new CredentialsException(String.valueOf(e.getMessage()));
        } catch (NotPrivateException e) {
            throw new CredentialsException(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new CredentialsException(file + ": cannot be read: " + e.getMessage());
        }
    }

    private static List<Entry> entries(List<TableRow> rows) throws CredentialsException {
        List<Entry> entries = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (TableRow row : rows) {
            Entry entry = entry(row.only(KEYS));
            if (!names.add(entry.caller.name())) {
                throw wrong(row, "name " + entry.caller.name() + " stands there twice");
            }
            if (entries.stream().anyMatch(entry::same)) {
                throw wrong(row, "its token or certificate is that of another row");
            }
            entries.add(entry);
        }
        return entries;
    }

    private static Entry entry(TableRow row) throws CredentialsException {
        String name = row.text("name");
        if (!NAME.matcher(name).matches() || Caller.DOORS.contains(name)) {
            throw wrong(
                    row,
                    "name must be letters, digits, dots, dashes and such, and not one of "
                            + Caller.DOORS.stream().sorted().collect(Collectors.joining(", ")));
        }
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (String word : row.list("roles")) {
            roles.add(Arrays.stream(Role.values())
                    .filter(r -> r.word().equals(word))
                    .findFirst()
                    .orElseThrow(() -> wrong(row, "roles must be of ask, push and administer")));
        }
        if (roles.isEmpty()) {
            throw wrong(row, "roles names none; of ask, push and administer at least one is needed");
        }
        Optional<String> host = row.optional("host");
        if (roles.contains(Role.PUSH) != host.isPresent()) {
            throw wrong(row, "host goes with the role push: who pushes, does so for that one host");
        }
        Caller caller = new Caller(name, roles, host.orElse(null));
        Optional<String> token = row.optional("token");
        Optional<String> certificate = row.optional("certificate");
        if (token.isPresent() == certificate.isPresent()) {
            throw wrong(row, "either token or certificate is needed");
        }
        if (token.isPresent()) {
            if (!TOKEN.matcher(token.get()).matches()) {
                throw wrong(
                        row, "token must be 20 to 512 letters, digits and characters of . _ ~ + / = -; " + MAKE_ONE);
            }
            return new Entry(caller, digest(token.get()), null);
        }
        try {
            return new Entry(caller, null, new X500Principal(certificate.orElseThrow()));
        } catch (IllegalArgumentException e) {
            throw wrong(
                    row,
                    "certificate must be the whole subject of a client's certificate, as `openssl x509 -noout -subject"
                            + " -nameopt RFC2253` prints it behind subject=");
        }
    }

    private static CredentialsException wrong(TableRow row, String what) {
        return new CredentialsException(row.place() + ": " + what);
    }

    /** How many there are. */
    public int size() {
        return entries.size();
    }

    /** Whose token it is. Takes as long whichever it is, and if it is nobody's. */
    public Optional<Caller> byToken(String token) {
        byte[] presented = digest(token);
        Caller found = null;
        for (Entry entry : entries) {
            if (entry.digest != null && MessageDigest.isEqual(entry.digest, presented)) {
                found = entry.caller;
            }
        }
        return Optional.ofNullable(found);
    }

    /** Whose certificate it is; that it comes from the right authority was seen to before. */
    public Optional<Caller> byCertificate(X509Certificate certificate) {
        X500Principal subject = certificate.getSubjectX500Principal();
        return entries.stream()
                .filter(e -> subject.equals(e.subject))
                .map(e -> e.caller)
                .findFirst();
    }

    private static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
