package org.nestguard.server.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.nestguard.engine.secret.PrivateFile;
import org.nestguard.server.http.access.CredentialsException;

/** A file with one credential in it, read anew for each use, so that it can be changed while the agent runs. */
public final class TokenFile {
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{16,500}");
    private static final int LARGEST = 1_000;

    private final Path file;

    private TokenFile(Path file) {
        this.file = file;
    }

    /**
     * Looks whether the file holds a token.
     *
     * @throws CredentialsException where it does not
     * @throws IOException where there is none, or others may read it
     */
    public static TokenFile read(Path file) throws CredentialsException, IOException {
        PrivateFile.check(file);
        TokenFile token = new TokenFile(file);
        if (!TOKEN.matcher(token.text()).matches()) {
            throw new CredentialsException(
                    file + ": expected one token of 16 to 500 visible characters, and nothing else");
        }
        return token;
    }

    /** The token. */
    public String text() {
        try {
            String text = Files.size(file) > LARGEST ? "" : Files.readString(file);
            return text.strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
