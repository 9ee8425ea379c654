package org.nestguard.evidence.collect;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.nestguard.engine.known.FactsDocument;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.known.Observation;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.evidence.l2.Circumstances;
import org.nestguard.evidence.l2.Claim;
import org.nestguard.evidence.l2.CounterSample;
import org.nestguard.evidence.l2.LiveL2;
import org.nestguard.evidence.view.HostView;
import org.nestguard.facts.Evidence;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Vendor;
import org.nestguard.facts.Worded;

/** Collects the facts of a host and of every guest that runs on it. */
public final class Collector {
    private final Clock clock;
    private final Optional<Duration> pause;
    private final Set<Ask> asks;
    private final BiConsumer<Integer, Integer> progress;

    /**
     * @param clock for facts whose artefact carries no time
     * @param pause between two looks at the counters; empty for a single look
     * @param asks whom it asks where looking does not tell
     * @param progress hears how many guests of how many are done
     */
    public Collector(Clock clock, Optional<Duration> pause, Set<Ask> asks, BiConsumer<Integer, Integer> progress) {
        this.clock = clock;
        this.pause = pause;
        this.asks = Set.copyOf(asks);
        this.progress = progress;
    }

    /** Looks at a host once, or twice where a pause is asked for. */
    public Collection collect(HostView host) {
        List<String> complaints = new ArrayList<>();
        Instant now = clock.instant();
        Looks looks = new Looks(host, asks.contains(Ask.MONITORS), complaints);
        Known facts = HostFacts.of(host, now);
        Reading<Vendor> vendor = Worded.read(
                        Vendor.class, facts.get(FactName.SOURCE_VENDOR.key()).text())
                .map(v -> Reading.said(v, 0))
                .orElse(Reading.unsaid("the vendor is not known"));
        List<RunningGuest> running = RunningGuests.on(host, vendor, clock, complaints);
        pause.filter(p -> !running.isEmpty()).ifPresent(looks::again);
        Emulators emulators = new Emulators(host);
        List<Known> guests = new ArrayList<>();
        for (RunningGuest guest : running) {
            guests.add(guest(host, emulators, facts, guest, looks, now));
            progress.accept(guests.size(), running.size());
        }
        complain("the host's ", facts, HostFacts.thatDecide(facts), complaints);
        guests.forEach(guest -> complain(guest.name() + ": ", guest, GuestFacts.THAT_DECIDE, complaints));
        return new Collection(new FactsDocument(facts, guests), complaints);
    }

    private static void complain(String whose, Known known, Set<String> keys, List<String> complaints) {
        for (String key : keys) {
            Evidence evidence = known.get(key).evidence();
            if (!known.get(key).known()) {
                complaints.add(whose + key + " is unknown"
                        + (evidence == null ? "" : ": " + evidence.from() + ": " + evidence.why()));
            }
        }
    }

    private Known guest(
            HostView host, Emulators emulators, Known hostFacts, RunningGuest guest, Looks looks, Instant now) {
        List<CounterSample> samples = looks.of(guest);
        GuestFacts reading =
                new GuestFacts(host, emulators, hostFacts, guest, !samples.isEmpty(), asks.contains(Ask.MONITORS));
        Known facts = reading.read(now);
        Circumstances seen = new Circumstances(
                facts.get(FactName.GUEST_NESTING.key()),
                reading.bornHere(),
                samples,
                samples.isEmpty() ? looks.whyNone(guest) : "",
                List.of());
        Observation live = LiveL2.of(seen);
        if (!live.known() && asks.contains(Ask.GUESTS) && guest.domain().isPresent()) {
            List<Claim> claims =
                    GuestAgent.ask(host, guest.domain().get()).stream().toList();
            live = LiveL2.of(
                    new Circumstances(seen.nesting(), seen.bornHere(), seen.samples(), seen.noSamples(), claims));
        }
        Known with = facts.with(FactName.GUEST_L2_LIVE.key(), live);
        boolean contradiction = facts.get(FactName.GUEST_NESTING.key()).text().equals("false")
                && samples.stream().anyMatch(CounterSample::entered);
        return contradiction
                ? with.with(
                        FactName.GUEST_NESTING.key(),
                        Observation.unknown(
                                samples.get(0).from(),
                                "contradiction: by its description its CPU shows no virtualization extension, and it has"
                                        + " entered an L2"))
                : with;
    }
}
