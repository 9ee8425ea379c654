package org.nestguard.server.page;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.decision.Decision;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.known.Observation;
import org.nestguard.facts.Evidence;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Operation;
import org.nestguard.findings.Because;
import org.nestguard.findings.Effect;
import org.nestguard.findings.Finding;
import org.nestguard.findings.Verdict;
import org.nestguard.server.record.Entry;

/** How the page says things. */
public final class Words {
    private static final int SHORT_DIGEST = 12;

    private Words() {}

    /** What a decision is of: {@code migrate build-farm-07 from l0-a to l0-b}. */
    public static String deed(Decision d) {
        return switch (d.operation()) {
            case MIGRATE -> "migrate " + guest(d) + " from " + host(d.source()) + " to " + host(d.destination());
            case SAVEVM -> "save " + guest(d) + " on " + host(d.source());
            case LOADVM -> "load " + guest(d) + " on " + host(d.destination());
        };
    }

    private static String guest(Decision d) {
        return d.guest() == null ? "a guest without a name" : d.guest();
    }

    private static String host(@Nullable String name) {
        return name == null ? "an unknown host" : name;
    }

    /** What the verdict means for who asked. */
    public static String meaning(Decision d) {
        String verb = verb(d.operation());
        return switch (d.effective()) {
            case ALLOW ->
                d.effective() == d.verdict()
                        ? "You may " + verb + " it now." + cautions(d)
                        : "You may " + verb + " it: somebody answers for that. The rules say " + d.verdict() + ".";
            case DENY -> "Do not " + verb + " it.";
            case UNDETERMINED -> "Do not " + verb + " it until this is cleared up: " + unsure(d) + ".";
        };
    }

    private static String cautions(Decision d) {
        return d.findings().stream().anyMatch(f -> f.effect() == Effect.CAUTION)
                ? " Read first what there is to know before."
                : "";
    }

    private static String unsure(Decision d) {
        boolean uncovered = d.findings().stream().anyMatch(f -> f.effect() == Effect.UNCOVERED && f.certain());
        return uncovered || d.needs().isEmpty()
                ? "nothing known says that it is safe"
                : "the answer depends on facts that are not known";
    }

    private static String verb(Operation operation) {
        return switch (operation) {
            case MIGRATE -> "migrate";
            case SAVEVM -> "save";
            case LOADVM -> "load";
        };
    }

    /** An operation in a list to choose from. */
    public static String choice(Operation operation) {
        return switch (operation) {
            case MIGRATE -> "Migrate it live";
            case SAVEVM -> "Save its running state";
            case LOADVM -> "Load its saved state";
        };
    }

    /** A sign that says the same as the word beside it, to the eye only. */
    public static String sign(Verdict verdict) {
        return switch (verdict) {
            case ALLOW -> "✓";
            case DENY -> "✕";
            case UNDETERMINED -> "?";
        };
    }

    /** The class of what is coloured by a verdict. */
    public static String style(Verdict verdict) {
        return switch (verdict) {
            case ALLOW -> "allow";
            case DENY -> "deny";
            case UNDETERMINED -> "undetermined";
        };
    }

    /** What kind of reason it is. */
    public static String kind(Effect effect) {
        return switch (effect) {
            case FORBID -> "Forbids it";
            case UNCOVERED -> "Nothing known covers it";
            case PERMIT -> "Permits it";
            case CAUTION -> "To know before";
        };
    }

    /** What is said whatever the unknown facts may be, or what may be said. */
    public static List<Finding> findings(Decision d, boolean certain) {
        return d.findings().stream().filter(f -> f.certain() == certain).toList();
    }

    /** A fact with its value. */
    public static String value(Because because) {
        String value = because.value() == null ? "not known" : because.value();
        return switch (because.state()) {
            case STATED, UNKNOWN -> value;
            case ASSUMED -> value + " (assumed)";
            case SETTLED -> value + " (settled by other facts)";
        };
    }

    /** Where a fact was read; the time is said apart. */
    public static String place(Evidence evidence) {
        return evidence.from() + (evidence.by() == Evidence.Witness.GUEST ? " (said by the guest itself)" : "");
    }

    /** A moment to the second. */
    public static String moment(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString().replace('T', ' ').replace("Z", " UTC");
    }

    /** How long ago that was. */
    public static String ago(Instant at, Instant now) {
        return age(Duration.between(at, now));
    }

    /** An age. */
    public static String age(Duration age) {
        if (age.isNegative()) {
            return age.toSeconds() > -1 ? "now" : inWords(age.negated()) + " ahead: its clock is wrong";
        }
        return inWords(age) + " ago";
    }

    private static String inWords(Duration duration) {
        if (duration.compareTo(Duration.ofMinutes(2)) < 0) {
            return duration.toSeconds() + " s";
        }
        if (duration.compareTo(Duration.ofHours(2)) < 0) {
            return duration.toMinutes() + " min";
        }
        return duration.compareTo(Duration.ofDays(2)) < 0 ? duration.toHours() + " h" : duration.toDays() + " days";
    }

    /** From where to where a recorded decision was. */
    public static String way(Entry entry) {
        String source = entry.source();
        String destination = entry.destination();
        if (source != null && destination != null) {
            return source + " → " + destination;
        }
        return source != null ? source : destination != null ? "→ " + destination : "not said";
    }

    /** Enough of a digest to tell two apart. */
    public static String digest(String digest) {
        return digest.length() > SHORT_DIGEST ? digest.substring(0, SHORT_DIGEST) : digest;
    }

    /** The address of what is known of a rule. */
    public static String rule(String id) {
        return "/v1/rules/" + encoded(id);
    }

    /** The address of the page that shows what runs on a host. */
    public static String address(String host) {
        return "/?host=" + encoded(host) + "#answer";
    }

    /** What is known of a guest, or that it is not. */
    public static String fact(Known guest, FactName name) {
        Observation observation = guest.get(name.key());
        return observation.known() ? observation.text() : "not known";
    }

    /** The address of the page that says where a guest can go: by its UUID, where it has one. */
    public static String whereTo(Known guest) {
        Observation uuid = guest.get(FactName.GUEST_UUID.key());
        Observation named = uuid.known() ? uuid : guest.get(FactName.GUEST_NAME.key());
        return address(Operation.MIGRATE, named.text(), "");
    }

    /** The address of the page that asks this. */
    public static String address(Operation operation, String guest, String to) {
        return "/?operation=" + operation.word() + "&guest=" + encoded(guest) + "&to=" + encoded(to) + "#answer";
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
