package org.nestguard.server.http.access;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells who asks.
 *
 * <p>A bearer token counts at every door, and a wrong one is refused at every door. Without one: whoever could open the Unix
 * socket may ask, and push for the host that the service runs on; a client's certificate is what the file of credentials says
 * of it; on loopback everybody on the machine may ask where there is no such file, and nobody where there is. Then a browser
 * must not ask for a page that it has from elsewhere: only local names of the service are taken.
 *
 * <p>A browser cannot show a bearer token. It shows name and token of a credential as user and password (HTTP Basic), and from
 * then on with all that it asks of the service, whichever site made it ask. So that counts only for what a person may have asked
 * by themselves, gives nothing but the right to ask, and is nothing that another site can use: it cannot read an answer, nor
 * ask a question, which would change nothing but the record.
 */
public final class Gate {
    private static final String BEARER = "bearer ";
    private static final String BASIC = "basic ";
    private static final int LONGEST = 800;
    private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "[::1]", "");

    private final @Nullable Path file;
    private final @Nullable String host;
    private volatile Credentials credentials;

    /**
     * @param file the file of credentials; null for none
     * @param host the host that the service runs on; null where nothing is pushed through the Unix socket
     * @throws CredentialsException where the file cannot be taken
     */
    public Gate(@Nullable Path file, @Nullable String host) throws CredentialsException {
        this.file = file;
        this.host = host;
        credentials = file == null ? Credentials.NONE : Credentials.read(file);
    }

    /** Reads the file again. @throws CredentialsException where it cannot be taken; then what was known holds on */
    public void reload() throws CredentialsException {
        if (file != null) {
            credentials = Credentials.read(file);
        }
    }

    /** How many credentials there are. */
    public int credentials() {
        return credentials.size();
    }

    /**
     * What a request shows of who sent it.
     *
     * @param host the name that the service was called by
     * @param asker for whom it is handed on; null where nobody is named
     * @param byPerson whether a person may have asked it by themselves, in a browser
     */
    public record Shown(
            Door door,
            @Nullable String authorization,
            @Nullable X509Certificate certificate,
            @Nullable String host,
            @Nullable String asker,
            boolean byPerson) {}

    /** Who it is; where nobody is known, whoever asks may nothing. */
    public Caller caller(Shown shown) {
        Optional<Caller> credited = credited(shown);
        if (credited.isPresent()) {
            Caller caller = credited.get();
            return shown.asker() != null && caller.may(Role.PUSH) ? caller.handingOnFor(shown.asker()) : caller;
        }
        if (shown.authorization() != null) {
            return Caller.NOBODY;
        }
        return switch (shown.door()) {
            case UNIX -> Caller.unixSocket(host);
            case TLS -> Caller.NOBODY;
            case LOOPBACK -> file == null && local(shown.host()) ? Caller.LOOPBACK : Caller.NOBODY;
        };
    }

    /** Whose credential it is. */
    private Optional<Caller> credited(Shown shown) {
        String authorization = shown.authorization();
        if (authorization == null) {
            return shown.door() == Door.TLS
                    ? Optional.ofNullable(shown.certificate()).flatMap(credentials::byCertificate)
                    : Optional.empty();
        }
        Optional<String> token = after(BEARER, authorization);
        if (token.isPresent()) {
            return credentials.byToken(token.get());
        }
        return shown.byPerson() ? after(BASIC, authorization).flatMap(this::named) : Optional.empty();
    }

    private static Optional<String> after(String scheme, String authorization) {
        return authorization.length() <= LONGEST
                        && authorization.toLowerCase(Locale.ROOT).startsWith(scheme)
                ? Optional.of(authorization.substring(scheme.length()).strip())
                : Optional.empty();
    }

    /** Whose name and token it is; the name is no secret. */
    private Optional<Caller> named(String basic) {
        String shown;
        try {
            shown = new String(Base64.getDecoder().decode(basic), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        int colon = shown.indexOf(':');
        return credentials
                .byToken(shown.substring(colon + 1))
                .filter(caller -> colon >= 0 && caller.name().equals(shown.substring(0, colon)))
                .map(Caller::asking);
    }

    private static boolean local(@Nullable String authority) {
        String name = authority == null ? "" : authority.replaceFirst(":[0-9]*$", "");
        return LOCAL.contains(name.toLowerCase(Locale.ROOT));
    }
}
