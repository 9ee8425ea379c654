package org.nestguard.server.http.settings;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A Unix socket to listen on. Who may open it is who may ask: its permissions are 0660.
 *
 * @param path where it is made; its directory must be closed to others
 * @param group the group that may open it; null for the group of the process
 */
public record UnixListener(Path path, @Nullable String group) {}
