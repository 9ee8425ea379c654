package org.nestguard.spark;

import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.fleet.audit.Asked;
import org.nestguard.fleet.audit.Judge;

/** What each machine must know to judge guests. It makes one judge of it, which all its tasks share. */
final class Fleet implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Asked asked;
    private final Instant asOf;
    private final Basis basis;
    private final List<HostLine> hosts;
    private final Map<Stretch, Long> firstLines;
    private transient @Nullable Judge judge;

    Fleet(Asked asked, Instant asOf, Basis basis, Found found) {
        this.asked = asked;
        this.asOf = asOf;
        this.basis = basis;
        firstLines = found.firstLines();
        hosts = new ArrayList<>(found.hosts());
        hosts.sort(Comparator.comparing((HostLine host) -> host.stretch().file())
                .thenComparing(host -> line(host.stretch(), host.line())));
    }

    /** The number in its file of a line of a stretch, from 1. */
    long line(Stretch stretch, long line) {
        return Objects.requireNonNull(firstLines.get(stretch), "lines have come that were not there before") + line;
    }

    /** @throws org.nestguard.fleet.audit.AuditException where a host is there twice, or a destination is not there */
    synchronized Judge judge() {
        if (judge == null) {
            MigrationGuard guard = basis.guard();
            judge = new Judge(
                    guard,
                    asked,
                    basis.read(guard),
                    asOf,
                    hosts.stream()
                            .map(host -> new Judge.Placed(
                                    host.read(), host.stretch().file() + ":" + line(host.stretch(), host.line())))
                            .toList());
        }
        return judge;
    }
}
