package org.nestguard.evidence.artefact;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What {@code virsh domstats} prints of one domain. A counter that is absent is unsaid: old kernels, QEMU and libvirt have
 * none, and emulation never has.
 *
 * @param domain the domain's name
 * @param line the line its part begins on, from 1
 * @param state its state
 * @param vcpus how many virtual CPUs it has now
 * @param maximumVcpus how many it may have
 * @param counters of each virtual CPU that is spoken of, by number
 */
public record DomainStatistics(
        String domain,
        int line,
        Reading<DomainState> state,
        Reading<Integer> vcpus,
        Reading<Integer> maximumVcpus,
        List<VcpuCounters> counters) {
    private static final int LONGEST_LINE = 64 << 10;
    private static final int MOST_LINES = 5_000_000;
    private static final int MOST_VCPUS = 8_192;
    private static final int MOST_DOMAINS = 100_000;
    private static final int MOST_COUNTERS = 500_000;

    /** Reads the parts of all domains, in their order; unsaid where the text has none, has two of one name, or is no such output. */
    public static Reading<List<DomainStatistics>> read(String text) {
        List<DomainStatistics> all = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Part part = null;
        int counters = 0;
        int number = 0;
        for (String line : LineFeeds.lines(text)) {
            if (++number > MOST_LINES) {
                return Reading.unsaid("there are more than " + MOST_LINES + " lines");
            }
            if (line.length() > LONGEST_LINE) {
                return Reading.unsaid("line " + number + " is longer than any that virsh domstats prints");
            }
            if (line.startsWith("Domain: ")) {
                if (part != null) {
                    all.add(part.close());
                    counters += part.counters.size();
                }
                if (all.size() > MOST_DOMAINS || counters > MOST_COUNTERS) {
                    return Reading.unsaid("there are more domains or virtual CPUs than any host has");
                }
                String domain = unquoted(line.substring("Domain: ".length()).strip());
                if (!names.add(domain)) {
                    return Reading.unsaid("two parts are of one name, which no two domains have (line " + number + ")");
                }
                part = new Part(domain, number);
            } else if (part != null) {
                part.line(line.strip(), number);
            }
        }
        if (part != null) {
            all.add(part.close());
        }
        return all.isEmpty() ? Reading.unsaid("no line begins with \"Domain:\"") : Reading.said(all, 0);
    }

    private static String unquoted(String name) {
        return name.length() > 1 && name.startsWith("'") && name.endsWith("'")
                ? name.substring(1, name.length() - 1)
                : name;
    }

    private static Optional<Long> number(String text) {
        try {
            return text.length() <= 19 && text.chars().allMatch(c -> c >= '0' && c <= '9')
                    ? Optional.of(Long.parseLong(text))
                    : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** The lines of one domain, as they come. */
    private static final class Part {
        private static final String UNSAID = "virsh domstats says no ";
        private static final Reading<Long> NO_RUNS = Reading.unsaid(UNSAID + "nested_run.sum of this virtual CPU");
        private static final Reading<Boolean> NO_MODE = Reading.unsaid(UNSAID + "guest_mode.cur of this virtual CPU");
        private static final Reading<Long> NO_EXITS = Reading.unsaid(UNSAID + "exits.sum of this virtual CPU");

        private static final Reading<DomainState> NO_STATE = Reading.unsaid(UNSAID + "state.state");
        private static final Reading<Integer> NO_VCPUS = Reading.unsaid(UNSAID + "vcpu.current");
        private static final Reading<Integer> NO_MAXIMUM = Reading.unsaid(UNSAID + "vcpu.maximum");

        private final String domain;
        private final int line;
        private final SortedMap<Integer, VcpuCounters> counters = new TreeMap<>();
        private Reading<DomainState> state = NO_STATE;
        private Reading<Integer> vcpus = NO_VCPUS;
        private Reading<Integer> maximumVcpus = NO_MAXIMUM;

        Part(String domain, int line) {
            this.domain = domain;
            this.line = line;
        }

        void line(String text, int number) {
            int equals = text.indexOf('=');
            if (equals < 0) {
                return;
            }
            String value = text.substring(equals + 1);
            switch (text.substring(0, equals)) {
                case "state.state" ->
                    state = agreed(
                            state,
                            NO_STATE,
                            number(value)
                                    .flatMap(DomainState::numbered)
                                    .map(s -> Reading.said(s, number))
                                    .orElseGet(() -> Reading.unsaid("state.state is no state of libvirt's")));
                case "vcpu.current" -> vcpus = agreed(vcpus, NO_VCPUS, count(value, number));
                case "vcpu.maximum" -> maximumVcpus = agreed(maximumVcpus, NO_MAXIMUM, count(value, number));
                default -> counter(text.substring(0, equals), value, number);
            }
        }

        /** Of two lines that contradict each other none is believed. */
        private static <T> Reading<T> agreed(Reading<T> before, Reading<T> none, Reading<T> now) {
            if (before.equals(none)) {
                return now;
            }
            return before.value().isPresent() && before.value().equals(now.value())
                    ? before
                    : Reading.unsaid("two lines of virsh domstats contradict each other");
        }

        private static Reading<Integer> count(String value, int number) {
            return number(value)
                    .filter(n -> n <= MOST_VCPUS)
                    .map(n -> Reading.said(n.intValue(), number))
                    .orElseGet(() -> Reading.unsaid("the number of virtual CPUs is none"));
        }

        /** {@code vcpu.3.nested_run.sum}. */
        private void counter(String key, String value, int number) {
            if (!key.startsWith("vcpu.")) {
                return;
            }
            int dot = key.indexOf('.', "vcpu.".length());
            Optional<Long> vcpu = dot < 0
                    ? Optional.empty()
                    : number(key.substring("vcpu.".length(), dot)).filter(n -> n < MOST_VCPUS);
            if (vcpu.isEmpty()) {
                return;
            }
            int at = vcpu.get().intValue();
            VcpuCounters before =
                    counters.computeIfAbsent(at, n -> new VcpuCounters(String.valueOf(n), NO_RUNS, NO_MODE, NO_EXITS));
            switch (key.substring(dot + 1)) {
                case "nested_run.sum" ->
                    counters.put(
                            at,
                            new VcpuCounters(
                                    before.vcpu(),
                                    agreed(before.nestedRun(), NO_RUNS, sum(key, value, number)),
                                    before.inGuestMode(),
                                    before.exits()));
                case "exits.sum" ->
                    counters.put(
                            at,
                            new VcpuCounters(
                                    before.vcpu(),
                                    before.nestedRun(),
                                    before.inGuestMode(),
                                    agreed(before.exits(), NO_EXITS, sum(key, value, number))));
                case "guest_mode.cur" ->
                    counters.put(
                            at,
                            new VcpuCounters(
                                    before.vcpu(),
                                    before.nestedRun(),
                                    agreed(before.inGuestMode(), NO_MODE, mode(key, value, number)),
                                    before.exits()));
                default -> {
                    // a counter of something else
                }
            }
        }

        private static Reading<Long> sum(String key, String value, int number) {
            return number(value)
                    .map(n -> Reading.said(n, number))
                    .orElseGet(() -> Reading.unsaid(key + " is no number"));
        }

        private static Reading<Boolean> mode(String key, String value, int number) {
            return Map.of("yes", true, "no", false, "1", true, "0", false).containsKey(value)
                    ? Reading.said(value.equals("yes") || value.equals("1"), number)
                    : Reading.unsaid(key + " is neither yes nor no");
        }

        DomainStatistics close() {
            return new DomainStatistics(domain, line, state, vcpus, maximumVcpus, List.copyOf(counters.values()));
        }
    }
}
