package org.nestguard.server.http.settings;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an operator sets of the service.
 *
 * @param tcp null for none
 * @param unix null for none
 * @param credentials the file that says who may what; null for none
 * @param host the host that this service runs on, whose facts may be pushed through the Unix socket; null for none
 * @param rules a site's own rules; null for none
 * @param drain how long requests that have begun may take to end once the service is told to
 * @param site what is kept and read
 * @param limits how much of the service one caller can take
 */
public record ServiceSettings(
        @Nullable TcpListener tcp,
        @Nullable UnixListener unix,
        @Nullable Path credentials,
        @Nullable String host,
        @Nullable SiteRulesFolder rules,
        Duration drain,
        Limits limits,
        SiteSettings site) {}
