package org.nestguard.evidence.l2;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nestguard.engine.known.Observation;
import org.nestguard.facts.Evidence;
import org.nestguard.facts.Evidence.Witness;

/**
 * Decides whether an L2 is live: at least how many, none, or not known.
 *
 * <p>Live: a vCPU is in guest mode, or the number of entries rose between two samples, or the L1 says so. None: the guest
 * cannot nest; or its counters are at zero since it began cold on this host; or no KVM VM exists inside it and no counter of
 * the host speaks against that. Everything else is not known: a guest that has run an L2 once may have one that idles.
 * (What the counters mean: {@code arch/x86/kvm/vmx/nested.c} and {@code svm/nested.c} of Linux.)
 */
public final class LiveL2 {
    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);

    private final Circumstances guest;

    private LiveL2(Circumstances guest) {
        this.guest = guest;
    }

    /** The number of live L2 guests, at least, with the evidence that decided. */
    public static Observation of(Circumstances guest) {
        LiveL2 question = new LiveL2(guest);
        return question.countersSayLive()
                .or(question::claimedLive)
                .or(question::cannotNest)
                .or(question::neverEntered)
                .or(question::claimedNone)
                .orElseGet(question::notKnown);
    }

    // ---- live

    private Optional<Observation> countersSayLive() {
        for (CounterSample sample : guest.samples()) {
            if (sample.insideL2()) {
                return Optional.of(seen(sample, atLeast(), "a vCPU is in guest mode" + contradicted()));
            }
        }
        return rise().map(rise -> seen(
                rise.to(),
                atLeast(),
                "nested_run rose from " + rise.before() + " to " + rise.after() + " in "
                        + Duration.between(rise.from().at(), rise.to().at()).toSeconds() + " s" + contradicted()));
    }

    private record Rise(CounterSample from, CounterSample to, long before, long after) {}

    private Optional<Rise> rise() {
        List<CounterSample> samples = guest.samples();
        for (int i = 1; i < samples.size(); i++) {
            CounterSample from = samples.get(i - 1);
            CounterSample to = samples.get(i);
            for (CounterSample.Change entries : to.entriesSince(from)) {
                if (entries.after() > entries.before()) {
                    return Optional.of(new Rise(from, to, entries.before(), entries.after()));
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Observation> claimedLive() {
        for (Claim claim : guest.claims()) {
            int domains = claim.liveDomains().orElse(0);
            if (domains > 0) {
                return Optional.of(said(
                        claim,
                        domains,
                        domains + " of its domains " + (domains == 1 ? "is" : "are")
                                + " in a state other than shut off"));
            }
            if (claim.hypervisorUnderneath()) {
                return Optional.of(said(
                        claim, 1, "its operating system runs on a hypervisor of its own, an L2 as long as it runs"));
            }
        }
        return Optional.empty();
    }

    /** The host knows that there is one; how many there are the guest may know. */
    private int atLeast() {
        return guest.claims().stream()
                .mapToInt(claim -> claim.liveDomains().orElse(0))
                .reduce(1, Math::max);
    }

    private String contradicted() {
        return guest.claims().stream()
                .filter(LiveL2::none)
                .findFirst()
                .map(claim -> "; the guest says that there is none (" + claim.from() + "), which is not believed")
                .orElse("");
    }

    // ---- none

    private Optional<Observation> cannotNest() {
        boolean plain = guest.nesting().text().equals("false");
        if (!plain || entered()) {
            return Optional.empty();
        }
        Evidence evidence = guest.nesting().evidence();
        return Optional.of(new Observation(
                "0",
                new Evidence(
                        evidence == null ? "guest.nesting" : evidence.from(),
                        evidence == null ? null : evidence.at(),
                        evidence == null ? Witness.HOST : evidence.by(),
                        "its CPU shows no virtualization extension")));
    }

    private Optional<Observation> neverEntered() {
        if (guest.samples().isEmpty() || !guest.bornHere().text().equals("true")) {
            return Optional.empty();
        }
        CounterSample last = guest.samples().get(guest.samples().size() - 1);
        boolean never = last.whole() && last.entries().filter(n -> n == 0).isPresent();
        return never && !entered() && !cleared()
                ? Optional.of(
                        seen(
                                last,
                                0,
                                "nested_run is 0 on every vCPU, and the guest began cold on this host: no L2 was entered, unless somebody set the counter back"))
                : Optional.empty();
    }

    /**
     * Root can set a counter back. Where that was all of them, the exits are at zero or an earlier sample was higher; where it
     * was nested_run alone, before the first sample, nothing tells.
     */
    private boolean cleared() {
        List<CounterSample> samples = guest.samples();
        return fell() || samples.get(samples.size() - 1).exits().orElse(0L) == 0;
    }

    private boolean fell() {
        List<CounterSample> samples = guest.samples();
        boolean fell = false;
        for (int i = 1; i < samples.size(); i++) {
            List<CounterSample.Change> changes = new ArrayList<>(samples.get(i).entriesSince(samples.get(i - 1)));
            changes.addAll(samples.get(i).exitsSince(samples.get(i - 1)));
            fell |= changes.stream().anyMatch(change -> change.after() < change.before());
        }
        return fell;
    }

    private Optional<Observation> claimedNone() {
        return guest.claims().stream()
                .filter(LiveL2::none)
                .filter(claim -> countersAllowIt())
                .findFirst()
                .map(claim -> said(claim, 0, "its KVM module has no user, so no VM of KVM exists in it"));
    }

    /** One that has entered an L2 is believed only after a second look: its word loses against a counter that rises. */
    private boolean countersAllowIt() {
        return !fell() && (!entered() || paused());
    }

    private boolean entered() {
        return guest.samples().stream().anyMatch(CounterSample::entered);
    }

    private static boolean none(Claim claim) {
        return claim.moduleUsers().filter(users -> users == 0).isPresent()
                && claim.liveDomains().orElse(0) == 0
                && !claim.hypervisorUnderneath();
    }

    // ---- not known

    private Observation notKnown() {
        List<String> why = new ArrayList<>();
        String from = "counters of the guest";
        if (guest.samples().isEmpty()) {
            why.add(guest.noSamples());
        } else {
            CounterSample last = guest.samples().get(guest.samples().size() - 1);
            from = last.from();
            why.add(lastSays(last));
        }
        guest.claims().stream()
                .filter(claim ->
                        claim.liveDomains().isPresent() || claim.moduleUsers().isPresent())
                .findFirst()
                .ifPresent(claim -> why.add("what the guest says of itself (" + claim.from() + ") does not settle it"));
        return Observation.unknown(from, String.join("; ", why));
    }

    private String lastSays(CounterSample last) {
        Optional<Long> entries = last.entries();
        if (entries.isEmpty()) {
            return guest.noSamples().isEmpty() ? "there is no nested_run among the counters" : guest.noSamples();
        }
        if (entries.get() > 0) {
            return paused()
                    ? "it has run an L2 and entered none between the samples: that one may idle or be shut off"
                    : "it has run an L2 since it began; a second sample tells whether it does now (--sample 5)";
        }
        if (!last.whole()) {
            return "nested_run is 0, but not every vCPU was read, or one may have been taken away";
        }
        if (cleared()) {
            return "nested_run is 0, but the counters were set back";
        }
        Evidence born = guest.bornHere().evidence();
        return "nested_run is 0, which proves nothing: "
                + (born == null || born.why() == null ? "how the guest began is not known" : born.why());
    }

    /** Whether there are two samples that are far enough apart for a live L2 to show. */
    private boolean paused() {
        List<CounterSample> samples = guest.samples();
        Duration between = Duration.between(
                samples.get(0).at(), samples.get(samples.size() - 1).at());
        return between.compareTo(SHORTEST_PAUSE) >= 0;
    }

    private static Observation seen(CounterSample sample, int live, String why) {
        return new Observation(Integer.toString(live), new Evidence(sample.from(), sample.at(), Witness.HOST, why));
    }

    private static Observation said(Claim claim, int live, String why) {
        return new Observation(Integer.toString(live), new Evidence(claim.from(), claim.at(), Witness.GUEST, why));
    }
}
