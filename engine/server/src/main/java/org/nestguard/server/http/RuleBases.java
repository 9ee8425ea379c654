package org.nestguard.server.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.GuardFailureException;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.SiteRulesException;
import org.nestguard.engine.decision.RuleBaseVersion;
import org.nestguard.engine.text.Harmless;
import org.nestguard.server.http.metrics.Meters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rules that decide. New ones are made and tested beside the old, which go on deciding until then, and for ever where the
 * new ones cannot be taken.
 */
final class RuleBases {
    private static final Logger LOG = LoggerFactory.getLogger(RuleBases.class);
    private static final int MOST_FILES = 2_000;
    private static final int LONGEST = 1_000;

    private final @Nullable Path folder;
    private final Meters meters;
    private final InstantSource clock;
    private volatile @Nullable StandingRules standing;
    private volatile @Nullable StandingRules brokenRules;
    private volatile @Nullable Failure failure;
    private String taken = "";
    private String seen = "";

    /** Why the rules that were last read are not those that decide. */
    record Failure(String why, Instant at) {}

    RuleBases(@Nullable Path folder, Meters meters, InstantSource clock) {
        this.folder = folder;
        this.meters = meters;
        this.clock = clock;
    }

    /** The rules that decide; nothing before any passed their test. */
    Optional<StandingRules> standing() {
        return Optional.ofNullable(standing);
    }

    /** Why the rules that were last read are not those that decide; nothing where they are. */
    Optional<Failure> failure() {
        return Optional.ofNullable(failure);
    }

    /** Reads the rules anew, tests them, and lets them decide. Whether they do; the log says why not. */
    synchronized boolean reload() {
        String state = state();
        try {
            MigrationGuard guard = folder == null ? MigrationGuard.create() : MigrationGuard.withSite(folder);
            RuleBaseVersion version = SelfTest.run(guard, folder);
            if (!state().equals(state)) {
                throw new GuardFailureException(folder + ": it changed while it was read; it is read again");
            }
            standing = StandingRules.of(guard, version);
            failure = null;
            LOG.atInfo()
                    .addKeyValue("version", version.version())
                    .addKeyValue("digest", version.digest())
                    .addKeyValue("rules", guard.rules().size())
                    .log("these rules decide from now on");
            taken = state;
            meters.reloaded("rules", true);
            return true;
        } catch (SiteRulesException | GuardFailureException | LinkageError | StackOverflowError e) {
            String why = Harmless.text(String.valueOf(e.getMessage()), LONGEST);
            failure = new Failure(why, clock.instant());
            LOG.atError()
                    .addKeyValue("why", why)
                    .log(standing == null ? "there are no rules to decide with" : "the rules stay what they were");
            taken = state;
            meters.reloaded("rules", false);
            return false;
        }
    }

    /**
     * Looks whether the folder changed since it was last read, and reads it again once it has stayed the same from one look
     * to the next: a copy in progress is waited for.
     */
    synchronized void look() {
        String state = state();
        boolean settled = state.equals(seen);
        seen = state;
        if (settled && !state.equals(taken)) {
            reload();
        }
    }

    /** A site's rules went out of service, so that these answer nothing but refusals until they are read anew. */
    void outOfService(StandingRules rules, String why) {
        if (!rules.equals(brokenRules)) {
            brokenRules = rules;
            failure = new Failure(Harmless.text(why, LONGEST), clock.instant());
            LOG.atError()
                    .addKeyValue("why", Harmless.text(why, LONGEST))
                    .log("the rules that decide are out of service");
        }
    }

    /** Whether there are rules that passed their test and are in service. */
    boolean ready() {
        StandingRules rules = standing;
        return rules != null && !rules.equals(brokenRules);
    }

    /** All that tells one state of the folder from another. */
    private String state() {
        if (folder == null) {
            return "";
        }
        try (Stream<Path> walk = Files.walk(folder, 8)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            List<Path> files = walk.sorted().limit(MOST_FILES).toList();
            for (Path file : files) {
                BasicFileAttributes a = Files.readAttributes(file, BasicFileAttributes.class);
                String line = file + "\0"
                        + (a.isDirectory() ? "" : a.size() + "\0" + a.lastModifiedTime() + "\0" + a.fileKey());
                digest.update(line.getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            return "unreadable: " + e; // and differs from what was taken
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
