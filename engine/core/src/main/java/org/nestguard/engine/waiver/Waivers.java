package org.nestguard.engine.waiver;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.nestguard.catalogue.RuleCard;
import org.nestguard.catalogue.TableException;
import org.nestguard.catalogue.TableReader;
import org.nestguard.catalogue.TableRow;
import org.nestguard.engine.decision.Decision;
import org.nestguard.engine.decision.Waived;
import org.nestguard.engine.waiver.WaiverFinding.Kind;
import org.nestguard.findings.Effect;
import org.nestguard.findings.Finding;
import org.nestguard.findings.Verdict;

/** A set of waivers and the one place where they are weighed. Safe for use by many threads. */
public final class Waivers {
    /** A waiver that holds longer than this is called too wide. */
    public static final Duration LONGEST = Duration.ofDays(90);

    private static final Set<String> KEYS = Set.of("rule", "scope", "reason", "owner", "expires");

    private final List<Waiver> waivers;
    private final Map<String, RuleCard> rules;
    private final Clock clock;
    private final Set<Waiver> used = ConcurrentHashMap.newKeySet();

    /**
     * @param rules all rules that there are
     * @param clock tells what has expired
     */
    public Waivers(List<Waiver> waivers, List<RuleCard> rules, Clock clock) {
        this.waivers = List.copyOf(waivers);
        this.rules = rules.stream().collect(Collectors.toMap(RuleCard::id, Function.identity()));
        this.clock = clock;
    }

    /**
     * Reads a list of waivers, each with rule, scope, reason, owner and expires.
     *
     * @throws TableException naming the file, line and key that is wrong; then none of them holds
     */
    public static Waivers read(String file, InputStream in, List<RuleCard> rules, Clock clock) throws IOException {
        List<Waiver> waivers = new ArrayList<>();
        for (TableRow row : TableReader.read(file, in)) {
            waivers.add(waiver(row));
        }
        return new Waivers(waivers, rules, clock);
    }

    /** Reads one waiver, an object with the same keys. @throws TableException naming the line and key that is wrong */
    public static Waiver readOne(String file, InputStream in) throws IOException {
        return waiver(TableReader.readOne(file, in));
    }

    private static Waiver waiver(TableRow row) {
        row.only(KEYS);
        return new Waiver(
                row.place(),
                row.text("rule"),
                row.read(
                        "scope",
                        ScopePart::readAll,
                        "parts such as guest=NAME, with commas between them, of " + ScopePart.words()),
                nonBlank(row, "reason"),
                nonBlank(row, "owner"),
                row.read("expires", Waivers::instant, "a date such as 2026-12-31, or a time with Z"));
    }

    private static String nonBlank(TableRow row, String key) {
        return row.read(key, t -> Optional.of(t).filter(text -> !text.isBlank()), "said in words");
    }

    /** A date holds to its end, in UTC. */
    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(
                    text.indexOf('T') > 0
                            ? Instant.parse(text)
                            : LocalDate.parse(text)
                                    .plusDays(1)
                                    .atStartOfDay(ZoneOffset.UTC)
                                    .toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /**
     * The decision with waivers in force. The verdict stays what it is; effective becomes ALLOW only where every forbid is
     * waived, nothing is uncovered, and a permit that is certain stands.
     */
    public Decision apply(Decision decision) {
        Instant now = clock.instant();
        List<Waived> waived = new ArrayList<>();
        boolean everyForbid = true;
        for (Finding finding : decision.findings()) {
            if (finding.effect() == Effect.UNCOVERED) {
                everyForbid = false;
            }
            if (finding.effect() == Effect.FORBID) {
                Optional<Waiver> waiver = waivers.stream()
                        .filter(w -> w.rule().equals(finding.rule()) && waivable(w.rule()) && w.covers(decision, now))
                        .findFirst();
                waiver.ifPresent(w -> {
                    used.add(w);
                    waived.add(new Waived(w.place(), w.rule(), w.reason(), w.owner(), w.expires()));
                });
                everyForbid &= waiver.isPresent();
            }
        }
        boolean permitted = decision.findings().stream().anyMatch(f -> f.effect() == Effect.PERMIT && f.certain());
        boolean allowed = everyForbid && permitted && !decision.incomplete() && !waived.isEmpty();
        return waived.isEmpty()
                ? decision
                : decision.waived(allowed ? Verdict.ALLOW : decision.verdict(), List.copyOf(waived));
    }

    /** Whether some waiver in force may speak of what a decision forbids, wherever the guest goes. */
    public boolean mayCover(Decision decision) {
        Instant now = clock.instant();
        return decision.findings().stream()
                .filter(finding -> finding.effect() == Effect.FORBID && waivable(finding.rule()))
                .anyMatch(finding -> waivers.stream()
                        .anyMatch(w -> w.rule().equals(finding.rule())
                                && now.isBefore(w.expires())
                                && w.scope().stream().allMatch(part -> part.mayFit(decision))));
    }

    /**
     * What is wrong with the waivers: expired, too wide, of no rule or one that cannot be waived, and those in force that have
     * waived nothing so far.
     */
    public List<WaiverFinding> findings() {
        Instant now = clock.instant();
        List<WaiverFinding> findings = new ArrayList<>();
        for (Waiver w : waivers) {
            Optional<String> vain = vain(w);
            vain.ifPresent(why ->
                    findings.add(finding(expired(w, now) && waivable(w.rule()) ? Kind.EXPIRED : Kind.VAIN, w, why)));
            if (vain.isEmpty()) {
                tooWide(w).forEach(why -> findings.add(finding(Kind.TOO_WIDE, w, why)));
            }
        }
        for (Waiver w : waivers) {
            if (vain(w).isEmpty() && !used.contains(w)) {
                findings.add(finding(Kind.UNUSED, w, ""));
            }
        }
        return findings;
    }

    /** Takes note that the waivers of these places have waived something where other threads or machines weighed them. */
    public void usedElsewhere(Set<String> places) {
        waivers.stream().filter(w -> places.contains(w.place())).forEach(used::add);
    }

    private static WaiverFinding finding(Kind kind, Waiver w, String why) {
        return new WaiverFinding(kind, w.place(), w.rule(), w.owner(), why);
    }

    private static boolean expired(Waiver w, Instant now) {
        return !now.isBefore(w.expires());
    }

    /** Why a waiver waives nothing; empty where it is in force. */
    public Optional<String> vain(Waiver w) {
        if (!rules.containsKey(w.rule())) {
            return Optional.of("there is no such rule");
        }
        if (!waivable(w.rule())) {
            return Optional.of("that rule cannot be waived");
        }
        return expired(w, clock.instant()) ? Optional.of("it expired at " + w.expires()) : Optional.empty();
    }

    /** In what respects a waiver is wider than one should be. */
    public List<String> tooWide(Waiver w) {
        List<String> wide = new ArrayList<>();
        if (w.scope().stream().noneMatch(ScopePart::namesOneGuest)) {
            wide.add("it names no single guest");
        }
        if (Duration.between(clock.instant(), w.expires()).compareTo(LONGEST) > 0) {
            wide.add("it holds for more than " + LONGEST.toDays() + " days");
        }
        return wide;
    }

    private boolean waivable(String rule) {
        RuleCard card = rules.get(rule);
        return card != null && waivable(card);
    }

    /** Whether a rule can be waived at all. */
    public static boolean waivable(RuleCard card) {
        return card.waivable() && card.effect() == Effect.FORBID && !card.contradiction();
    }
}
