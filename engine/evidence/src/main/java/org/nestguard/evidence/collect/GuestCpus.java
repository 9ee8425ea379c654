package org.nestguard.evidence.collect;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.nestguard.evidence.host.GuestCpu;
import org.nestguard.evidence.host.Platform;
import org.nestguard.evidence.view.HostView;

/**
 * The CPUs of the guests that run on a host.
 *
 * @param guests one for each guest that {@link Collector} finds
 * @param complaints what could not be looked at, a sentence each
 */
public record GuestCpus(List<GuestCpu> guests, List<String> complaints) {
    /** Copies the lists. */
    public GuestCpus {
        guests = List.copyOf(guests);
        complaints = List.copyOf(complaints);
    }

    /** Looks for them. */
    public static GuestCpus on(HostView host) {
        List<String> complaints = new ArrayList<>();
        List<GuestCpu> guests =
                RunningGuests.on(host, Platform.of(host).cpu().vendor(), Clock.systemUTC(), complaints).stream()
                        .map(GuestFacts::cpu)
                        .toList();
        return new GuestCpus(guests, complaints);
    }
}
