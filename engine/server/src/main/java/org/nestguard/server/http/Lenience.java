package org.nestguard.server.http;

import org.nestguard.evidence.site.SiteFile;

/**
 * What a site lets pass for want of an answer or of a record.
 *
 * @param file what it says of that
 * @param passed how often hooks of this host let pass without an answer, noted since that was last counted
 */
public record Lenience(SiteFile file, int passed) {
    /** Of which nothing was counted. */
    public static final Lenience USUAL = new Lenience(new SiteFile(SiteFile.USUAL), 0);
}
