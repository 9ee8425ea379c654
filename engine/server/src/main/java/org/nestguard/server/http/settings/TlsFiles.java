package org.nestguard.server.http.settings;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What TLS needs, as PEM files.
 *
 * @param certificate the service's certificate, the ones that lead to its authority after it
 * @param key its private key, in PKCS #8 and not encrypted; nobody but its owner may read the file
 * @param clients the authorities that a client's certificate must come from; null where clients have none
 */
public record TlsFiles(Path certificate, Path key, @Nullable Path clients) {}
