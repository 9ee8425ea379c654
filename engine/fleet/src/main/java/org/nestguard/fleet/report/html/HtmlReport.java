package org.nestguard.fleet.report.html;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.nestguard.catalogue.RuleCard;
import org.nestguard.catalogue.Source;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.text.Problem;
import org.nestguard.findings.Verdict;
import org.nestguard.fleet.audit.Asked;
import org.nestguard.fleet.audit.GuestResult;
import org.nestguard.fleet.audit.Hook;
import org.nestguard.fleet.audit.HostResult;
import org.nestguard.fleet.audit.Matrix;
import org.nestguard.fleet.audit.Report;
import org.nestguard.fleet.audit.Summary;
import org.nestguard.fleet.history.Trend;
import org.nestguard.fleet.merge.Contradiction;

/**
 * One page with all that belongs to it, which asks nobody for anything: the verdicts, why not, from where to where, and a list
 * of guests. However large the fleet is, the page is small: of each thing that it lists only so much, and how much more there
 * is.
 */
public final class HtmlReport implements Report {
    /** How many guests are listed. */
    static final int MOST_GUESTS = 1_500;

    /** How many of a verdict have a place in the list, however many there are of the others. */
    static final int PLACES_OF_A_VERDICT = 300;

    /** How many hosts are listed of which something is to be said. */
    static final int MOST_HOSTS = 300;

    private static final int MOST_BYTES_OF_GUESTS = 1_000_000;
    private static final int MOST_PROBLEMS = 100;
    private static final int MOST_RULES_OF_A_GUEST = 3;
    private static final int MOST_GUESTS_OF_A_RULE = 12;
    private static final int MOST_GROUPS_OF_A_RULE = 8;
    private static final int MOST_WAIVERS_OF_A_GUEST = 3;
    private static final String TEMPLATES = HtmlReport.class.getPackageName() + ".templates";

    private final OutputStream out;
    private final MigrationGuard guard;
    private final Asked asked;
    private final Map<String, Source> sources;
    private final @Nullable String ndjson;
    private final Map<Verdict, List<GuestResult>> guests = new EnumMap<>(Verdict.class);
    private final List<Problem> problems = new ArrayList<>();
    private final List<Contradiction> contradictions = new ArrayList<>();
    private final List<HostResult> hosts = new ArrayList<>();
    private final Trend before;
    private @Nullable Matrix matrix;

    /**
     * Writes to a stream, which stays open.
     *
     * @param guard whose rules decide
     * @param sources where they are known from, by key
     * @param before what came of the same question before
     * @param ndjson a link to what tells of each guest; null where there is none
     */
    public HtmlReport(
            OutputStream out,
            MigrationGuard guard,
            Asked asked,
            Map<String, Source> sources,
            Trend before,
            @Nullable String ndjson) {
        this.out = out;
        this.guard = guard;
        this.asked = asked;
        this.sources = Map.copyOf(sources);
        this.before = before;
        this.ndjson = ndjson;
        for (Verdict verdict : Verdict.values()) {
            guests.put(verdict, new ArrayList<>());
        }
    }

    @Override
    public boolean ofGuests() {
        return true;
    }

    @Override
    public boolean ofPairs() {
        return true;
    }

    @Override
    public void guest(GuestResult result) {
        List<GuestResult> alike = Objects.requireNonNull(guests.get(result.effective()));
        if (alike.size() < MOST_GUESTS) {
            alike.add(result);
        }
    }

    @Override
    public void problem(Problem problem) {
        if (problems.size() < MOST_PROBLEMS) {
            problems.add(problem);
        }
    }

    @Override
    public void contradiction(Contradiction contradiction) {
        if (contradictions.size() < MOST_PROBLEMS) {
            contradictions.add(contradiction);
        }
    }

    @Override
    public void host(HostResult result) {
        if ((!result.said().isEmpty() || result.hook() == Hook.MISSING) && hosts.size() < MOST_HOSTS) {
            hosts.add(result);
        }
    }

    @Override
    public void matrix(Matrix all) {
        matrix = all;
    }

    @Override
    public void end(Summary summary) throws IOException {
        Map<String, Integer> numbers = new HashMap<>();
        summary.reasons().forEach(reason -> numbers.put(reason.rule(), numbers.size()));
        List<GuestRow> rows = rows(numbers);
        String style = resource("audit.css");
        String script = resource("audit.js");
        Page page = new Page(
                summary,
                rules(summary, rows),
                matrix,
                rows,
                List.copyOf(problems),
                List.copyOf(contradictions),
                guard.rules().stream().collect(Collectors.toMap(RuleCard::id, RuleCard::summary)),
                List.copyOf(hosts),
                before.audits(),
                ndjson,
                style,
                script,
                "default-src 'none'; style-src '" + digest(style) + "'; script-src '" + digest(script)
                        + "'; base-uri 'none'; form-action 'none'");
        StringOutput text = new StringOutput(1 << 16);
        TemplateEngine.createPrecompiled(null, ContentType.Html, HtmlReport.class.getClassLoader(), TEMPLATES)
                .render("audit.jte", page, new HarmlessOutput(text));
        out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    // ---- guests

    /** Those that are refused first, but some of each verdict. */
    private List<GuestRow> rows(Map<String, Integer> numbers) {
        Map<Verdict, Integer> places = new EnumMap<>(Verdict.class);
        guests.forEach((verdict, alike) -> places.put(verdict, Math.min(alike.size(), PLACES_OF_A_VERDICT)));
        List<Verdict> order = List.of(Verdict.DENY, Verdict.UNDETERMINED, Verdict.ALLOW);
        for (Verdict verdict : order) {
            int free = MOST_GUESTS - places.values().stream().mapToInt(n -> n).sum();
            int alike = Objects.requireNonNull(guests.get(verdict)).size();
            places.computeIfPresent(verdict, (v, taken) -> Math.min(alike, taken + free));
        }
        List<GuestRow> rows = new ArrayList<>();
        int bytes = 0;
        for (Verdict verdict : order) {
            for (GuestResult guest : Objects.requireNonNull(guests.get(verdict))
                    .subList(0, Objects.requireNonNull(places.get(verdict)))) {
                GuestRow row = row(guest, rows.size(), numbers);
                bytes += row.weight();
                if (bytes > MOST_BYTES_OF_GUESTS) {
                    return rows;
                }
                rows.add(row);
            }
        }
        return rows;
    }

    private static GuestRow row(GuestResult guest, int number, Map<String, Integer> numbers) {
        List<String> rules = guest.answer().against();
        List<String> needs = guest.answer().needs();
        String places = rules.stream()
                .map(rule -> String.valueOf(numbers.get(rule)))
                .collect(Collectors.joining(" ", " ", " "));
        long destinations = 0;
        for (Verdict verdict : Verdict.values()) {
            destinations += guest.answer().hosts(verdict);
        }
        return new GuestRow(
                number,
                Words.shown(guest.called()),
                Words.shown(guest.host()),
                guest.pool() == null ? "" : Words.shown(guest.pool()),
                guest.answer().verdict(),
                guest.effective(),
                guest.answer().hosts(Verdict.ALLOW),
                destinations,
                first(rules, MOST_RULES_OF_A_GUEST),
                Math.max(0, rules.size() - MOST_RULES_OF_A_GUEST),
                places,
                first(needs, MOST_RULES_OF_A_GUEST),
                Math.max(0, needs.size() - MOST_RULES_OF_A_GUEST),
                first(guest.waived(), MOST_WAIVERS_OF_A_GUEST).stream()
                        .map(waived -> waived.rule() + ": "
                                + Words.shown(waived.reason()) + " (" + Words.shown(waived.owner()) + ", until "
                                + Words.moment(waived.expires()) + ")")
                        .toList(),
                Words.place(guest.place()));
    }

    private static <T> List<T> first(List<T> all, int most) {
        return List.copyOf(all.subList(0, Math.min(most, all.size())));
    }

    // ---- rules

    private List<RuleSection> rules(Summary summary, List<GuestRow> rows) {
        Map<String, RuleCard> cards =
                guard.rules().stream().collect(Collectors.toMap(RuleCard::id, Function.identity()));
        Map<String, List<Matrix.Count>> from = from();
        List<RuleSection> sections = new ArrayList<>();
        for (Summary.Reason reason : summary.reasons()) {
            RuleCard card = cards.get(reason.rule());
            String place = " " + sections.size() + " ";
            List<Matrix.Count> groups = from.getOrDefault(reason.rule(), List.of());
            sections.add(new RuleSection(
                    sections.size(),
                    reason,
                    card,
                    card == null ? "" : guard.remedy(card, asked.operation()),
                    card == null
                            ? List.of()
                            : card.sources().stream()
                                    .map(key -> sources.getOrDefault(key, new Source(key, key, "", null)))
                                    .toList(),
                    first(groups, MOST_GROUPS_OF_A_RULE),
                    Math.max(0, groups.size() - MOST_GROUPS_OF_A_RULE),
                    rows.stream()
                            .filter(row -> row.verdict() != Verdict.ALLOW
                                    && row.ruleNumbers().contains(place))
                            .limit(MOST_GUESTS_OF_A_RULE)
                            .toList()));
        }
        return sections;
    }

    /** By rule, against how many pairs it speaks, by the group of the source. */
    private Map<String, List<Matrix.Count>> from() {
        Map<String, List<Matrix.Count>> from = new HashMap<>();
        if (matrix == null) {
            return from;
        }
        for (int i = 0; i < matrix.sources().size(); i++) {
            Map<String, Long> ofGroup = new HashMap<>();
            for (Matrix.Cell cell : matrix.cells().get(i)) {
                cell.against().forEach(count -> ofGroup.merge(count.what(), count.pairs(), Long::sum));
            }
            String label = matrix.sources().get(i).label();
            ofGroup.forEach((rule, pairs) ->
                    from.computeIfAbsent(rule, r -> new ArrayList<>()).add(new Matrix.Count(label, pairs)));
        }
        from.values().forEach(counts -> counts.sort(Comparator.comparing((Matrix.Count count) -> -count.pairs())));
        return from;
    }

    // ---- what belongs to the page

    private static String resource(String name) throws IOException {
        try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException(name + " is missing; install NestGuard again");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** By which a browser knows that the text between the tags is ours. */
    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
