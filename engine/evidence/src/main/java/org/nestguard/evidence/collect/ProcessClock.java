package org.nestguard.evidence.collect;

import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nestguard.engine.known.Observation;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.evidence.view.Artefact;
import org.nestguard.evidence.view.HostView;

/** When a process began: {@code /proc/PID/stat} counts ticks from the boot, {@code /proc/stat} has the time of that. */
final class ProcessClock {
    // USER_HZ, which Linux shows to programs on every architecture that runs KVM
    private static final long TICKS_A_SECOND = 100;
    private static final long LATEST = Instant.parse("2100-01-01T00:00:00Z").getEpochSecond();
    private static final Pattern BOOT = Pattern.compile("(?m)^btime (\\d{1,12})$");
    // the 22nd field; the second, in brackets, may have blanks and brackets in it
    private static final Pattern START = Pattern.compile("(?s).*\\) (?:\\S+ ){19}(\\d{1,12})(?: .*)?");

    private ProcessClock() {}

    static Observation started(HostView host, long pid) {
        Artefact boot = host.file("/proc/stat");
        return new Witnesses()
                .hear(
                        host.file("/proc/" + pid + "/stat"),
                        text -> boot instanceof Artefact.Text stat
                                ? instant(text, stat.text())
                                : Reading.unsaid(boot.from() + ": " + ((Artefact.Missing) boot).why()))
                .verdict();
    }

    private static Reading<String> instant(String process, String system) {
        Matcher start = START.matcher(process.strip());
        Matcher boot = BOOT.matcher(system);
        return start.matches() && boot.find() && Long.parseLong(boot.group(1)) < LATEST
                ? Reading.said(
                        Instant.ofEpochSecond(Long.parseLong(boot.group(1)))
                                .plusSeconds(Long.parseLong(start.group(1)) / TICKS_A_SECOND)
                                .toString(),
                        1)
                : Reading.unsaid("no time of its start is in it");
    }
}
