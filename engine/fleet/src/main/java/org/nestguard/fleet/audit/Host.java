package org.nestguard.fleet.audit;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.text.FlatRecord;

/**
 * A host of the fleet.
 *
 * @param record what is said of it
 * @param place where it is said
 * @param kind the hosts that no rule tells from it
 * @param target whether guests are asked to go there
 */
record Host(FlatRecord record, String place, HostKind kind, boolean target) {
    String id() {
        return record.hostId();
    }

    String name() {
        return name(record);
    }

    static String name(FlatRecord record) {
        String name = record.text(HostKind.NAME);
        return name == null ? record.hostId() : name;
    }

    @Nullable
    String pool() {
        return record.pool();
    }

    Instant observedAt() {
        return Objects.requireNonNull(record.observedAt()); // a host that does not say so is not read
    }
}
