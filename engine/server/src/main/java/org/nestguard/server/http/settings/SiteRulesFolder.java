package org.nestguard.server.http.settings;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where a site's own rules are.
 *
 * @param folder with {@code *.drl}, {@code distributions.yaml} and, to be tried before the rules are used, {@code cases}
 * @param poll how often it is looked at for a change
 */
public record SiteRulesFolder(Path folder, Duration poll) {}
