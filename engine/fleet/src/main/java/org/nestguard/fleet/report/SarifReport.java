package org.nestguard.fleet.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.nestguard.catalogue.RuleCard;
import org.nestguard.catalogue.Source;
import org.nestguard.engine.decision.Waived;
import org.nestguard.engine.text.Harmless;
import org.nestguard.engine.text.Problem;
import org.nestguard.engine.waiver.WaiverFinding;
import org.nestguard.findings.Verdict;
import org.nestguard.fleet.audit.Asked;
import org.nestguard.fleet.audit.GuestResult;
import org.nestguard.fleet.audit.HostResult;
import org.nestguard.fleet.audit.Report;
import org.nestguard.fleet.audit.Summary;
import org.nestguard.fleet.merge.Contradiction;

/**
 * SARIF 2.1.0 (OASIS), for what shows code scanning: a result for each guest that is refused and each rule that speaks against
 * it, at its line of the inventory; behind these, for each host and each rule that speaks of the host itself. A result keeps its
 * fingerprint while the same rule speaks against the same guest in answer to the same question, or of the same host, wherever
 * they are written. What a waiver lets through is suppressed, not left out.
 */
public final class SarifReport implements Report {
    /** More than that GitHub refuses to read. */
    static final int MOST_RESULTS = 25_000;

    /** How many of these are of hosts themselves, and how many of contradictions: both come before the first guest. */
    static final int MOST_BESIDE_GUESTS = 5_000;

    static final int MOST_PROBLEMS = 1_000;

    /** Why a guest is refused that has nowhere to go. */
    public static final String NOWHERE = "there is no other host among the destinations";

    /** The id of what is said where no rule speaks against a guest that is refused nevertheless. */
    public static final String UNDECIDED = "undecided";

    /** The id of two observations that cannot both be true. */
    static final String CONTRADICTION = "contradictory-observations";

    private static final String CONTRADICTION_SUMMARY = "Two observations of one host or guest cannot both be true";
    private static final String UNDECIDED_SUMMARY = "No rule speaks against it, and nobody knows that it may be done";
    private static final String SCHEMA =
            "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
    private static final Pattern LINE = Pattern.compile("(.*):(\\d{1,9})", Pattern.DOTALL);
    private static final Pattern MARKED = Pattern.compile("[\\[\\]\\\\]");
    private static final int LONGEST = 300;

    private final JsonGenerator out;
    private final Asked asked;
    private final Map<String, Integer> places = new HashMap<>();
    private final Map<String, RuleCard> cards = new HashMap<>();
    private final List<Problem> problems = new ArrayList<>();
    private final List<OfHost> ofHosts = new ArrayList<>();
    private long contradictions;
    private long results;
    private long moreResults;
    private long moreProblems;

    private record OfHost(HostResult host, HostResult.Said said) {}

    /**
     * Writes to a stream, which stays open.
     *
     * @param version of the rules
     * @param rules what the rules say of themselves
     * @param sources where it is known from, by key
     */
    public SarifReport(OutputStream out, Asked asked, String version, List<RuleCard> rules, Map<String, Source> sources)
            throws IOException {
        this.out = new JsonFactory().createGenerator(out);
        this.asked = asked;
        this.out.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        this.out.useDefaultPrettyPrinter();
        this.out.writeStartObject();
        this.out.writeStringField("$schema", SCHEMA);
        this.out.writeStringField("version", "2.1.0");
        this.out.writeArrayFieldStart("runs");
        this.out.writeStartObject();
        this.out.writeObjectFieldStart("tool");
        this.out.writeObjectFieldStart("driver");
        this.out.writeStringField("name", "NestGuard");
        this.out.writeStringField("version", version);
        this.out.writeArrayFieldStart("rules");
        for (RuleCard card : rules) {
            places.put(card.id(), places.size());
            cards.put(card.id(), card);
            rule(card.id(), card.summary(), card.message(), help(card, sources));
        }
        places.put(UNDECIDED, places.size());
        rule(
                UNDECIDED,
                UNDECIDED_SUMMARY,
                UNDECIDED_SUMMARY,
                "Do next: name other destinations with --to, or find out what the result says is not known.");
        places.put(CONTRADICTION, places.size());
        rule(
                CONTRADICTION,
                CONTRADICTION_SUMMARY,
                CONTRADICTION_SUMMARY + ": the fact counts as unknown",
                "Do next: find out which of the two is right, and leave the other out; or observe it anew.");
        places.put(HostWeight.HOOK_MISSING, places.size());
        rule(
                HostWeight.HOOK_MISSING,
                HostWeight.HOOK_MISSING_SUMMARY,
                HostWeight.HOOK_MISSING_SUMMARY,
                "Do next: nestguard hook install, on that host; nestguard hook check tells whether it does what it shall.");
        for (WaiverFinding.Kind kind : WaiverFinding.Kind.values()) {
            String id = id(kind);
            places.put(id, places.size());
            String says = "A waiver is to be looked at: " + AuditJson.word(kind);
            rule(id, says, says, "Do next: take it out of the file, or make a new one with nestguard waive.");
        }
        this.out.writeEndArray();
        this.out.writeEndObject();
        this.out.writeEndObject();
        this.out.writeArrayFieldStart("results");
    }

    private void rule(String id, String summary, String says, String help) throws IOException {
        out.writeStartObject();
        out.writeStringField("id", id);
        message("shortDescription", summary);
        message("fullDescription", says);
        message("help", help);
        out.writeEndObject();
    }

    private static String help(RuleCard card, Map<String, Source> sources) {
        StringBuilder help = new StringBuilder("Do next: " + card.remedy());
        help.append("\nWhere it is not known: ").append(card.possible());
        for (String key : card.sources()) {
            Source source = sources.get(key);
            help.append("\nSource: ").append(source == null ? key : source.document() + ", " + source.section());
        }
        return help.append("\nMore: nestguard rules show ").append(card.id()).toString();
    }

    @Override
    public boolean ofGuests() {
        return true;
    }

    @Override
    public void guest(GuestResult result) throws IOException {
        if (result.answer().verdict() == Verdict.ALLOW) {
            return;
        }
        List<String> against = result.answer().against();
        for (String rule : against.isEmpty() ? List.of(UNDECIDED) : against) {
            if (results < MOST_RESULTS) {
                results++;
                result(result, rule);
            } else {
                moreResults++;
            }
        }
    }

    private void result(GuestResult guest, String rule) throws IOException {
        out.writeStartObject();
        out.writeStringField("ruleId", rule);
        Integer place = places.get(rule);
        if (place != null) {
            out.writeNumberField("ruleIndex", place);
        }
        boolean denied = guest.answer().verdict() == Verdict.DENY;
        out.writeStringField("level", denied ? "error" : "warning");
        message("message", says(guest, rule, denied));
        location(guest.place(), shown(guest.called()), shown(guest.host()) + "/" + shown(guest.called()));
        out.writeObjectFieldStart("partialFingerprints");
        out.writeStringField("guestAndRule/v1", fingerprint(guest, rule));
        out.writeEndObject();
        if (guest.effective() == Verdict.ALLOW) {
            suppressions(guest.waived());
        }
        out.writeEndObject();
    }

    private void result(HostResult host, HostResult.Said said) throws IOException {
        out.writeStartObject();
        out.writeStringField("ruleId", said.rule());
        Integer place = places.get(said.rule());
        if (place != null) {
            out.writeNumberField("ruleIndex", place);
        }
        out.writeStringField(
                "level",
                switch (HostWeight.of(said)) {
                    case DENY -> "error";
                    case UNDETERMINED -> "warning";
                    case ALLOW -> "note";
                });
        message(
                "message",
                "The host " + shown(host.host()) + " itself: " + HostWeight.sentence(said.rule(), cards) + "."
                        + (said.certain() ? "" : " Perhaps, for not all is known of it.")
                        + (said.certain() || host.unknown().isEmpty()
                                ? ""
                                : " Not known: " + String.join(", ", host.unknown()) + "."));
        String name = shown(host.host());
        location(host.place(), name, host.pool() == null ? name : shown(host.pool()) + "/" + name);
        out.writeObjectFieldStart("partialFingerprints");
        out.writeStringField("hostAndRule/v1", hash(said.rule() + "\n" + host.id()));
        out.writeEndObject();
        out.writeEndObject();
    }

    /** Where it is written, and how it is called, in words that may be shown. */
    private void location(String place, String name, String wholeName) throws IOException {
        out.writeArrayFieldStart("locations");
        out.writeStartObject();
        physicalLocation(place);
        out.writeArrayFieldStart("logicalLocations");
        out.writeStartObject();
        out.writeStringField("name", name);
        out.writeStringField("fullyQualifiedName", wholeName);
        out.writeStringField("kind", "resource");
        out.writeEndObject();
        out.writeEndArray();
        out.writeEndObject();
        out.writeEndArray();
    }

    private void write(Contradiction contradiction) throws IOException {
        out.writeStartObject();
        out.writeStringField("ruleId", CONTRADICTION);
        out.writeNumberField("ruleIndex", Objects.requireNonNull(places.get(CONTRADICTION)));
        out.writeStringField("level", "warning");
        message("message", shown(contradiction.inOneLine()));
        out.writeArrayFieldStart("locations");
        out.writeStartObject();
        physicalLocation(contradiction.one().place());
        out.writeEndObject();
        out.writeEndArray();
        out.writeArrayFieldStart("relatedLocations");
        out.writeStartObject();
        physicalLocation(contradiction.other().place());
        out.writeEndObject();
        out.writeEndArray();
        out.writeObjectFieldStart("partialFingerprints");
        out.writeStringField("contradiction/v1", hash(contradiction.fact() + "\n" + contradiction.id()));
        out.writeEndObject();
        out.writeEndObject();
    }

    private String says(GuestResult guest, String rule, boolean denied) {
        RuleCard card = cards.get(rule);
        List<String> needs = guest.answer().needs();
        return shown(guest.called()) + " on " + shown(guest.host())
                + (denied ? " may not " : ": nobody knows whether it may ")
                + shown(asked.deed()) + ". "
                + (card != null ? card.summary() : guest.answer().groups().isEmpty() ? NOWHERE : UNDECIDED_SUMMARY)
                + "."
                + (denied || needs.isEmpty() ? "" : " Not known: " + String.join(", ", needs) + ".");
    }

    private String fingerprint(GuestResult guest, String rule) {
        return hash(String.join(
                "\n",
                asked.operation().word(),
                String.valueOf(asked.to()),
                rule,
                guest.id().toString()));
    }

    private static String hash(String same) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(same.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    private void suppressions(List<Waived> waivers) throws IOException {
        out.writeArrayFieldStart("suppressions");
        for (Waived waived : waivers) {
            out.writeStartObject();
            out.writeStringField("kind", "external");
            out.writeStringField("status", "accepted");
            out.writeStringField(
                    "justification",
                    Harmless.text(waived.rule() + ": " + waived.reason() + " (" + waived.owner() + ", until "
                            + waived.expires() + ")"));
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    @Override
    public void problem(Problem problem) {
        if (problems.size() < MOST_PROBLEMS) {
            problems.add(problem);
        } else {
            moreProblems++;
        }
    }

    private static String id(WaiverFinding.Kind kind) {
        return "waiver-" + AuditJson.word(kind);
    }

    /** A waiver is written as {@code FILE, line N}. */
    private void result(WaiverFinding finding) throws IOException {
        out.writeStartObject();
        out.writeStringField("ruleId", id(finding.kind()));
        Integer place = places.get(id(finding.kind()));
        if (place != null) {
            out.writeNumberField("ruleIndex", place);
        }
        out.writeStringField("level", "note");
        message("message", shown(finding.text() + " (" + finding.owner() + " answers for it)"));
        out.writeArrayFieldStart("locations");
        out.writeStartObject();
        physicalLocation(finding.place().replaceFirst(", line (\\d{1,9})$", ":$1"));
        out.writeEndObject();
        out.writeEndArray();
        out.writeEndObject();
    }

    @Override
    public void contradiction(Contradiction contradiction) throws IOException {
        if (contradictions < MOST_BESIDE_GUESTS && results < MOST_RESULTS) {
            contradictions++;
            results++;
            write(contradiction);
        } else {
            moreResults++;
        }
    }

    @Override
    public void host(HostResult result) {
        for (HostResult.Said said : HostWeight.said(result)) {
            if (ofHosts.size() < MOST_BESIDE_GUESTS && results < MOST_RESULTS) {
                results++;
                ofHosts.add(new OfHost(result, said));
            } else {
                moreResults++;
            }
        }
    }

    @Override
    public void end(Summary summary) throws IOException {
        for (OfHost one : ofHosts) {
            result(one.host(), one.said());
        }
        for (WaiverFinding finding : summary.waivers()) {
            if (results < MOST_RESULTS) {
                results++;
                result(finding);
            } else {
                moreResults++;
            }
        }
        out.writeEndArray();
        out.writeArrayFieldStart("invocations");
        out.writeStartObject();
        out.writeBooleanField("executionSuccessful", summary.whole() && summary.unreadable() == 0);
        out.writeArrayFieldStart("toolExecutionNotifications");
        for (Problem problem : problems) {
            String place = problem.file() + (problem.line() > 0 ? ":" + problem.line() : "");
            notification("error", (problem.key() == null ? "" : problem.key() + ": ") + problem.message(), place);
        }
        if (moreProblems > 0) {
            notification("error", moreProblems + " more records or sources could not be read; -o ndjson has all", null);
        }
        if (moreResults > 0) {
            notification(
                    "error",
                    moreResults + " more results are not in this file, which has " + MOST_RESULTS
                            + " at most; -o ndjson has every guest",
                    null);
        }
        if (!summary.whole()) {
            notification("error", "the audit was interrupted; this is what was done until then", null);
        }
        out.writeEndArray();
        out.writeEndObject();
        out.writeEndArray();
        out.writeObjectFieldStart("properties");
        out.writeNumberField("resultsLeftOut", moreResults);
        AuditJson.summary(out, summary);
        out.writeEndObject();
        out.writeEndObject();
        out.writeEndArray();
        out.writeEndObject();
        out.writeRaw('\n');
        out.close();
    }

    private void notification(String level, String text, @Nullable String place) throws IOException {
        out.writeStartObject();
        out.writeStringField("level", level);
        message("message", shown(text));
        if (place != null) {
            out.writeArrayFieldStart("locations");
            out.writeStartObject();
            physicalLocation(place);
            out.writeEndObject();
            out.writeEndArray();
        }
        out.writeEndObject();
    }

    /** @param place a file, and a line after a colon where there is one */
    private void physicalLocation(String place) throws IOException {
        Matcher line = LINE.matcher(place);
        boolean known = line.matches();
        out.writeObjectFieldStart("physicalLocation");
        out.writeObjectFieldStart("artifactLocation");
        out.writeStringField("uri", uri(known ? line.group(1) : place));
        out.writeEndObject();
        if (known && Integer.parseInt(line.group(2)) > 0) {
            out.writeObjectFieldStart("region");
            out.writeNumberField("startLine", Integer.parseInt(line.group(2)));
            out.writeEndObject();
        }
        out.writeEndObject();
    }

    /** A path that begins with no folder could be taken for another scheme. */
    private static String uri(String path) {
        try {
            boolean absolute = path.startsWith("/");
            String safe = absolute || !path.contains(":") ? path : "./" + path;
            return new URI(absolute ? "file" : null, absolute ? "" : null, safe, null).toASCIIString();
        } catch (URISyntaxException e) {
            return "unnamed";
        }
    }

    /** In the text of a message braces stand for something else, and brackets for a link (3.11.5 and 3.11.6). */
    private void message(String key, String text) throws IOException {
        String plain =
                MARKED.matcher(text).replaceAll("\\\\$0").replace("{", "{{").replace("}", "}}");
        out.writeObjectFieldStart(key);
        out.writeStringField("text", plain);
        out.writeEndObject();
    }

    private static String shown(String text) {
        return Harmless.text(text, LONGEST);
    }
}
