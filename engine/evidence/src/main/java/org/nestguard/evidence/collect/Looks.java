package org.nestguard.evidence.collect;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.nestguard.evidence.l2.CounterSample;
import org.nestguard.evidence.view.Artefact;
import org.nestguard.evidence.view.HostView;

/** The looks at the counters of a host, oldest first; all of one run of its kernel, which is what makes them comparable. */
final class Looks {
    private static final String BOOT = "/proc/sys/kernel/random/boot_id";

    private final HostView host;
    private final boolean askMonitors;
    private final List<String> complaints;
    private final Artefact boot;
    private final List<Counters> looks = new ArrayList<>();

    /** Looks for the first time. */
    Looks(HostView host, boolean askMonitors, List<String> complaints) {
        this.host = host;
        this.askMonitors = askMonitors;
        this.complaints = complaints;
        boot = host.file(BOOT);
        looks.add(Counters.of(host, askMonitors));
    }

    /** Looks again after a pause, where there is a later look at the same run of the same host. */
    void again(Duration pause) {
        HostView later = host.after(pause).orElse(null);
        if (later == null) {
            complaints.add("the counters are seen once only: " + host.name() + " holds no second look at them");
            return;
        }
        Artefact after = later.file(BOOT);
        if (!(boot instanceof Artefact.Text first) || !(after instanceof Artefact.Text second)) {
            complaints.add(
                    "the second look at the counters is left out: whether it is of the same run of the host is not"
                            + " known without " + BOOT);
        } else if (!first.text().strip().equals(second.text().strip())) {
            complaints.add("the second look at the counters is left out: it is of another host or another run of it");
        } else if (!second.at().isAfter(first.at())) {
            complaints.add("the second look at the counters is left out: it is not later than the first");
        } else {
            looks.add(Counters.of(later, askMonitors));
        }
    }

    /** The samples of one guest. */
    List<CounterSample> of(RunningGuest guest) {
        List<CounterSample> samples = new ArrayList<>();
        looks.forEach(look -> look.of(guest).ifPresent(samples::add));
        return samples;
    }

    /** Why a guest has none. */
    String whyNone(RunningGuest guest) {
        return looks.get(0).whyNone(guest);
    }
}
