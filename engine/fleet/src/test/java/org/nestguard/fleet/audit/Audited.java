package org.nestguard.fleet.audit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.known.Freshness;
import org.nestguard.engine.text.Problem;
import org.nestguard.engine.waiver.Waivers;
import org.nestguard.facts.Operation;
import org.nestguard.fleet.inventory.Inventory;
import org.nestguard.fleet.merge.Contradiction;

/** An audit of a test with all that it said. */
record Audited(
        Summary summary,
        List<GuestResult> guests,
        List<Problem> problems,
        List<Contradiction> contradictions,
        List<HostResult> hosts) {
    static final MigrationGuard GUARD = MigrationGuard.create();
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-23T00:00:00Z"), ZoneOffset.UTC);

    static Asked savevm() {
        return new Asked(Operation.SAVEVM, null, null, Freshness.USUAL);
    }

    static Asked to(String where) {
        return new Asked(Operation.MIGRATE, To.read(where), null, Freshness.USUAL);
    }

    static Audited of(Asked asked, Path... files) throws IOException {
        return of(GUARD, asked, null, false, files);
    }

    static Audited of(MigrationGuard guard, Asked asked, @Nullable Waivers waivers, boolean strict, Path... files)
            throws IOException {
        return of(guard, asked, waivers, strict, false, files);
    }

    static Audited merged(Asked asked, Path... files) throws IOException {
        return of(GUARD, asked, null, false, true, files);
    }

    private static Audited of(
            MigrationGuard guard, Asked asked, @Nullable Waivers waivers, boolean strict, boolean merge, Path... files)
            throws IOException {
        List<Contradiction> contradictions = new ArrayList<>();
        List<HostResult> hosts = new ArrayList<>();
        List<GuestResult> guests = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        Report report = new Report() {
            @Override
            public boolean ofGuests() {
                return true;
            }

            @Override
            public void guest(GuestResult result) {
                guests.add(result);
            }

            @Override
            public void problem(Problem problem) {
                problems.add(problem);
            }

            @Override
            public void contradiction(Contradiction contradiction) {
                contradictions.add(contradiction);
            }

            @Override
            public void host(HostResult result) {
                hosts.add(result);
            }

            @Override
            public void end(Summary summary) {
                // it is given back too
            }
        };
        List<String> names = new ArrayList<>();
        for (Path file : files) {
            names.add(file.toString());
        }
        try (Inventory inventory = Inventory.open(names, new ByteArrayInputStream(new byte[0]))) {
            Audit audit = new Audit(guard, asked, List.of(report), waivers, strict, CLOCK, () -> false, b -> {});
            Summary summary = merge ? audit.runMerged(inventory) : audit.run(inventory);
            return new Audited(summary, guests, problems, contradictions, hosts);
        }
    }

    GuestResult guest(String name) {
        return guests.stream()
                .filter(guest -> name.equals(guest.guest()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing was said of " + name));
    }
}
