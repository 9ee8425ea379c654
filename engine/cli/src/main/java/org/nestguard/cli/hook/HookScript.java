package org.nestguard.cli.hook;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.regex.Pattern;
import org.nestguard.evidence.site.Door;
import org.nestguard.evidence.site.SiteFile;
import org.nestguard.evidence.site.Spool;

/**
 * The script of a door. It asks the agent through its socket and lets pass only what the agent answers with ALLOW, whole and
 * in time.
 *
 * @param door the system that runs it
 * @param socket where the agent listens
 * @param bound how long the agent may take
 * @param settings the file in which a site lets pass what gets no answer; heeded only where it is root's
 * @param spool the folder for notes of what was let pass so
 */
public record HookScript(Door door, String socket, Duration bound, String settings, String spool) {
    /** Where the agent listens, unless it was told otherwise. */
    public static final String SOCKET = "/run/nestguard/agent.sock";

    public static final String SETTINGS = SiteFile.USUAL.toString();
    public static final String SPOOL = Spool.USUAL.toString();
    public static final Duration BOUND = Duration.ofSeconds(2);

    // what stands between quotes in a shell script, come what may
    private static final Pattern PLAIN_PATH = Pattern.compile("/[A-Za-z0-9_./@:+-]{1,107}");

    /** @throws IllegalArgumentException for a path that is not absolute and plain, and for a bound that is none */
    public HookScript {
        for (String path : new String[] {socket, settings, spool}) {
            if (!PLAIN_PATH.matcher(path).matches()) {
                throw new IllegalArgumentException(path + " is no absolute path of letters, digits and _ . / @ : + -");
            }
        }
        if (bound.toMillis() < 100 || bound.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException("a hook waits for at least 100ms and at most 1m");
        }
    }

    /** The one with the usual places. */
    public static HookScript usual(Door door) {
        return new HookScript(door, SOCKET, BOUND, SETTINGS, SPOOL);
    }

    /** The script. */
    public String text() {
        return resource(door.word())
                .replace("@ASK@", resource("ask"))
                .replace("@SYSTEM@", door.word())
                .replace("@SOCKET@", socket)
                .replace(
                        "@BOUND@",
                        BigDecimal.valueOf(bound.toMillis(), 3)
                                .stripTrailingZeros()
                                .toPlainString())
                .replace("@SETTINGS@", settings)
                .replace("@SPOOL@", spool)
                .replace("@REFUSAL@", Integer.toString(door.refusal()));
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(HookScript.class.getResourceAsStream(name + ".sh"), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
