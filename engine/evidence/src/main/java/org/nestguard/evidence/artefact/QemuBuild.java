package org.nestguard.evidence.artefact;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nestguard.facts.QemuVersion;
import org.nestguard.facts.Version;

/**
 * Which QEMU it is.
 *
 * @param version its version
 * @param packaged what its packager calls it; unsaid where the binary does not tell
 */
public record QemuBuild(Reading<QemuVersion> version, Reading<String> packaged) {
    private static final int LONGEST = 512;
    private static final int LONGEST_PACKAGE = 200;
    private static final Pattern BANNER =
            Pattern.compile("QEMU (?:PC )?emulator version (\\S+?)(?: \\((.{1,200}?)\\))?(?:, Copyright.*)?");
    private static final Pattern LOGGED = Pattern.compile("(\\d{1,3}\\.\\d{1,3}\\.\\d{1,3})\\s*(.*)");

    // packagers who put later features under an old number: RHEL and its kin, SUSE, openEuler, and the fork of old
    private static final Pattern BACKPORTS = Pattern.compile(
            "qemu-kvm(?:-.*)?|kvm-\\d+|.*\\.(?:el|an|oe|ky|uelc|al|tl|ocs)\\d.*|.*SUSE.*", Pattern.CASE_INSENSITIVE);
    private static final Pattern UPSTREAM_NUMBERS = Pattern.compile(
            "Debian .*|pve-qemu-kvm_.*|.*\\.fc\\d+.*|v\\d+\\.\\d+\\.\\d+(?:-rc\\d+)?(?:-\\d+-g[0-9a-f]+)?(?:-dirty)?|kata-static.*");
    private static final Pattern CANDIDATE = Pattern.compile("v(\\d+\\.\\d+\\.\\d+)-rc\\d+.*");

    /** Reads what {@code qemu-system-… --version} prints: the version of the binary, not of a guest that runs already. */
    public static QemuBuild banner(String text) {
        int number = 0;
        for (String line : (Iterable<String>) text.lines().limit(100)::iterator) {
            number++;
            Matcher m = BANNER.matcher(line.length() > LONGEST ? "" : line.strip());
            if (m.matches()) {
                return of(m.group(1), m.group(2) == null ? "" : m.group(2), number);
            }
        }
        return unsaid("no line is a banner of QEMU");
    }

    /** Reads what QMP {@code query-version} replies: the version of the process that runs the guest. */
    public static QemuBuild queryVersion(String text) {
        Reading<JsonNode> value = QmpReply.read(text).value();
        if (value instanceof Reading.Unsaid<JsonNode> none) {
            return unsaid(none.why());
        }
        JsonNode reply = value.value().orElseThrow();
        JsonNode numbers = reply.path("qemu");
        if (!numbers.path("major").isInt()
                || !numbers.path("minor").isInt()
                || !numbers.path("micro").isInt()) {
            return unsaid("the reply has no major, minor and micro number of QEMU");
        }
        String packaged = reply.path("package").asText("");
        return of(
                numbers.get("major").intValue() + "." + numbers.get("minor").intValue() + "."
                        + numbers.get("micro").intValue(),
                packaged,
                0);
    }

    /** Reads what libvirt's log of a guest says: the numbers with the package behind them, {@code 8.2.2Debian 1:8.2…}. */
    static QemuBuild logged(String text, int line) {
        Matcher m = LOGGED.matcher(text.length() > LONGEST ? "" : text.strip());
        if (!m.matches()) {
            return unsaid("the log says no version of QEMU");
        }
        return of(m.group(1), m.group(2), line);
    }

    /** Older QEMU puts the package in parentheses itself, with a blank before them. */
    private static QemuBuild of(String numbers, String packaged, int line) {
        String stripped = packaged.strip();
        String bare = stripped.startsWith("(") && stripped.endsWith(")")
                ? stripped.substring(1, stripped.length() - 1)
                : stripped;
        String kept = bare.length() > LONGEST_PACKAGE ? bare.substring(0, LONGEST_PACKAGE) : bare;
        return new QemuBuild(
                QemuVersion.read(kept.isEmpty() ? numbers : numbers + " (" + kept + ")")
                        .map(v -> Reading.said(v, line))
                        .orElseGet(() -> Reading.unsaid("QEMU's version is no version")),
                kept.isEmpty() ? Reading.unsaid("this QEMU does not say who packaged it") : Reading.said(kept, line));
    }

    static QemuBuild unsaid(String why) {
        return new QemuBuild(Reading.unsaid(why), Reading.unsaid(why));
    }

    /**
     * Whether its major and minor number may be compared with upstream's. A build that names no packager is upstream's;
     * unsaid for a packager of whom it is not known.
     */
    public Reading<Boolean> upstreamNumbers() {
        if (version instanceof Reading.Unsaid<QemuVersion> none) {
            return Reading.unsaid(none.why());
        }
        Optional<String> packager = packaged.value();
        if (packager.filter(p -> BACKPORTS.matcher(p).matches()).isPresent()) {
            return packaged.map(p -> false);
        }
        return packager.isEmpty() || UPSTREAM_NUMBERS.matcher(packager.get()).matches()
                ? version.map(v -> true)
                : Reading.unsaid("it is not known whether this packager keeps upstream's numbers");
    }

    /**
     * The release that a development build (micro 50 and up) or a release candidate (micro 90 and up) comes before; empty
     * for a release. QEMU begins a new major number each year: 6.2.92 comes before 7.0.0.
     */
    public Optional<Version> comesBefore() {
        Matcher named = CANDIDATE.matcher(packaged.value().orElse(""));
        if (named.matches()) {
            return Version.read(named.group(1));
        }
        return version.value()
                .map(QemuVersion::version)
                .filter(v -> v.micro() >= 50)
                .map(v -> {
                    boolean lastOfItsMajor = v.major() >= 4
                            ? v.minor() == 2
                            : v.major() == 3 ? v.minor() == 1 : v.major() == 2 && v.minor() == 12;
                    return lastOfItsMajor ? new Version(v.major() + 1, 0, 0) : new Version(v.major(), v.minor() + 1, 0);
                });
    }
}
