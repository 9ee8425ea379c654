package org.nestguard.server.http.access;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
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
 */
public final class Gate {
    private static final String SCHEME = "bearer ";
    private static final int LONGEST = 600;
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

    /** What a request shows of who sent it. */
    public record Shown(
            Door door,
            @Nullable String authorization,
            @Nullable X509Certificate certificate,
            @Nullable String host) {}

    /** Who it is; where nobody is known, whoever asks may nothing. */
    public Caller caller(Shown shown) {
        String authorization = shown.authorization();
        if (authorization != null) {
            return bearer(authorization).flatMap(credentials::byToken).orElse(Caller.NOBODY);
        }
        return switch (shown.door()) {
            case UNIX -> Caller.unixSocket(host);
            case TLS ->
                shown.certificate() == null
                        ? Caller.NOBODY
                        : credentials.byCertificate(shown.certificate()).orElse(Caller.NOBODY);
            case LOOPBACK -> file == null && local(shown.host()) ? Caller.LOOPBACK : Caller.NOBODY;
        };
    }

    private static Optional<String> bearer(String authorization) {
        return authorization.length() <= LONGEST
                        && authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME)
                ? Optional.of(authorization.substring(SCHEME.length()).strip())
                : Optional.empty();
    }

    private static boolean local(@Nullable String authority) {
        String name = authority == null ? "" : authority.replaceFirst(":[0-9]*$", "");
        return LOCAL.contains(name.toLowerCase(Locale.ROOT));
    }
}
