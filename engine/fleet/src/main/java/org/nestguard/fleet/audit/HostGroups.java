package org.nestguard.fleet.audit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.known.Observation;
import org.nestguard.engine.known.Subject;
import org.nestguard.engine.text.FlatRecord;
import org.nestguard.facts.Arch;

/**
 * The hosts of a fleet in so few groups that a person can look at all pairs of them: by pool where there are few, else by
 * maker of the CPU and versions, as finely as there is room for.
 */
final class HostGroups {
    /** More rows or columns nobody reads, and a page has no room for them. */
    static final int MOST = 32;

    private static final int VENDOR = key("vendor");
    private static final int ARCH = key("arch");
    private static final int KERNEL = key("kernel");
    private static final int QEMU = key("qemu");
    private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})(?!\\d).*", Pattern.DOTALL);

    private final String by;
    private final List<HostGroup> groups;
    private final Map<String, Integer> places;

    /** What hosts of a group have in common, and what that is of one host. */
    private record Way(String by, Function<Host, String> label) {}

    private HostGroups(String by, List<HostGroup> groups, Map<String, Integer> places) {
        this.by = by;
        this.groups = groups;
        this.places = places;
    }

    static HostGroups of(Collection<Host> hosts) {
        Way pools = new Way("pool", host -> Objects.requireNonNullElse(host.pool(), "in no pool"));
        if (distinct(hosts, pools) > 1 && distinct(hosts, pools) <= MOST) {
            return grouped(hosts, pools);
        }
        Way finest = new Way("CPU maker, Linux and QEMU", host -> cpu(host) + kernel(host) + qemu(host));
        if (distinct(hosts, finest) <= MOST) {
            return grouped(hosts, finest);
        }
        Way coarser = new Way("CPU maker and Linux", host -> cpu(host) + kernel(host));
        return distinct(hosts, coarser) <= MOST
                ? grouped(hosts, coarser)
                : grouped(hosts, new Way("CPU maker", HostGroups::maker)); // a handful, whoever makes a fleet up
    }

    private static long distinct(Collection<Host> hosts, Way way) {
        return hosts.stream().map(way.label()).distinct().count();
    }

    private static HostGroups grouped(Collection<Host> hosts, Way way) {
        Map<String, List<Host>> apart =
                hosts.stream().collect(Collectors.groupingBy(way.label(), TreeMap::new, Collectors.toList()));
        List<HostGroup> groups = new ArrayList<>();
        Map<String, Integer> places = new HashMap<>();
        apart.forEach((label, members) -> {
            members.forEach(host -> places.put(host.id(), groups.size()));
            String mostly = way.by().equals("pool") ? mostly(members) : "";
            groups.add(new HostGroup(
                    label,
                    mostly,
                    members.size(),
                    members.stream().filter(Host::target).count()));
        });
        return new HostGroups(way.by(), List.copyOf(groups), places);
    }

    private static String mostly(List<Host> hosts) {
        Map<String, Long> kinds = hosts.stream()
                .collect(Collectors.groupingBy(
                        host -> cpu(host) + kernel(host) + qemu(host), TreeMap::new, Collectors.counting()));
        Map.Entry<String, Long> first =
                kinds.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow();
        return kinds.size() == 1 ? first.getKey() : "mostly " + first.getKey();
    }

    private static int key(String name) {
        return FlatRecord.keys(Subject.HOST).indexOf(name);
    }

    private static @Nullable String known(Host host, int key) {
        String text = host.record().text(key);
        return Observation.UNKNOWN.equals(text) ? null : text;
    }

    private static String maker(Host host) {
        return Objects.requireNonNullElse(known(host, VENDOR), "CPU not known");
    }

    private static String cpu(Host host) {
        String arch = known(host, ARCH);
        return arch == null || arch.equals(Arch.X86_64.word()) ? maker(host) : maker(host) + " " + arch;
    }

    private static String kernel(Host host) {
        return ", Linux " + version(known(host, KERNEL));
    }

    private static String qemu(Host host) {
        return ", QEMU " + version(known(host, QEMU));
    }

    private static String version(@Nullable String text) {
        Matcher version = VERSION.matcher(text == null ? "" : text);
        return version.matches() ? version.group(1) + "." + version.group(2) : "not known";
    }

    String by() {
        return by;
    }

    List<HostGroup> all() {
        return groups;
    }

    /** Which of them a host is in. */
    int of(Host host) {
        return Objects.requireNonNull(places.get(host.id()));
    }
}
