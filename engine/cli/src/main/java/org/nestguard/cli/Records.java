package org.nestguard.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.text.Harmless;
import org.nestguard.engine.text.UnreadableException;
import org.nestguard.server.ServiceStore;
import org.nestguard.server.http.settings.SettingsReader;
import org.nestguard.server.http.settings.SiteSettings;
import org.nestguard.server.record.DecisionRecord;
import org.nestguard.server.record.Fault;
import org.nestguard.server.record.Filter;
import org.nestguard.server.record.Head;
import org.nestguard.server.record.RecordException;
import org.nestguard.server.record.Recorded;
import org.nestguard.server.record.Verification;
import org.nestguard.store.Durability;
import org.nestguard.store.Place;
import org.nestguard.store.Store;
import org.nestguard.store.StoreException;

/** The record of a service, opened beside it. A class of its own: no other command has the service's classes at hand. */
final class Records implements AutoCloseable {
    private final Store store;
    private final DecisionRecord record;

    private Records(Store store, DecisionRecord record) {
        this.store = store;
        this.record = record;
    }

    static Records of(Path state) {
        return open(
                new Place.InFile(state.resolve("registry.db").toAbsolutePath(), Durability.NORMAL),
                state.resolve("record.key").toAbsolutePath());
    }

    static Records configured(Path config) throws IOException {
        try {
            SiteSettings site = SettingsReader.read(config).site();
            Place database = site.database();
            Path key = site.recordKey();
            if (database == null || key == null) {
                throw new UsageException(config + ": there is no database in it, so nothing is recorded");
            }
            return open(database, key);
        } catch (UnreadableException e) {
            throw new UsageException(e.problem().inOneLine());
        }
    }

    private static Records open(Place database, Path key) {
        // one that looks must not make what is not there
        if (database instanceof Place.InFile in && !Files.exists(in.file())) {
            throw new UsageException(in.file() + ": there is no such database");
        }
        if (!Files.exists(key)) {
            throw new UsageException(key + ": there is no such key");
        }
        Store store = null;
        try {
            store = ServiceStore.open(database);
            return new Records(
                    store, DecisionRecord.open(store, key, InstantSource.system(), DecisionRecord.Limits.USUAL));
        } catch (StoreException | RecordException e) {
            if (store != null) {
                store.close();
            }
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    void list(@Nullable String guest, int most, Console console) throws IOException {
        Filter filter;
        try {
            filter = Filter.newest(most);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--most: " + e.getMessage());
        }
        for (Recorded one : record.list(guest == null ? filter : filter.ofGuest(guest))) {
            line(console, one.seq() + "  " + one.at() + "  " + one.entry().effective());
            String what = one.entry().operation() + " "
                    + Optional.ofNullable(one.entry().guestName()).orElse("a guest")
                    + Optional.ofNullable(one.entry().source())
                            .map(host -> " from " + host)
                            .orElse("")
                    + Optional.ofNullable(one.entry().destination())
                            .map(host -> " to " + host)
                            .orElse("");
            line(console, "    " + what + ", asked by " + one.entry().caller());
            line(console, "    " + String.join(" ", one.entry().rules()));
        }
    }

    void show(long number, Console console) throws IOException {
        Recorded one = record.show(number)
                .orElseThrow(() -> new UsageException("there is no decision " + number + "; it may have been removed"));
        line(console, "number      " + one.seq());
        line(console, "at          " + one.at());
        line(console, "asked by    " + one.entry().caller());
        line(console, "what        " + one.entry().operation());
        if (one.entry().verdict() != null) {
            line(console, "verdict     " + one.entry().verdict());
            line(console, "effective   " + one.entry().effective());
        }
        if (!one.entry().waivers().isEmpty()) {
            line(console, "waived by   " + String.join(" ", one.entry().waivers()));
        }
        line(console, "rules       " + String.join(" ", one.entry().rules()));
        line(console, "rule base   " + one.entry().ruleBase());
        line(console, "chained to  " + one.previous());
        line(console, "mac         " + one.mac());
        line(
                console,
                (one.entry().verdict() == null ? "waiver      " : "question    ")
                        + one.entry().question());
    }

    /** Whether all is as it was written. */
    boolean verify(@Nullable String head, Console console) throws IOException {
        Optional<Head> fromLog = Optional.ofNullable(head).flatMap(Head::in);
        if (head != null && fromLog.isEmpty()) {
            throw new UsageException("--head: no seq=NUMBER mac=64 digits is in it; take a line of the service's log");
        }
        Verification found = record.verify(fromLog);
        for (Fault fault : found.faults()) {
            line(console, fault.kind() + " decision " + fault.seq() + ": " + fault.why());
        }
        if (found.faultCount() > found.faults().size()) {
            line(console, (found.faultCount() - found.faults().size()) + " more faults are not shown");
        }
        line(
                console,
                found.count() + " decisions, the newest " + found.newest().seq()
                        + (found.removed() > 0 ? ", those up to " + found.removed() + " were removed in order" : "")
                        + ": "
                        + (found.sound() ? "all as they were written" : "NOT as they were written"));
        return found.sound();
    }

    private static void line(Console console, String text) throws IOException {
        console.out().write((Harmless.text(text) + "\n").getBytes(StandardCharsets.UTF_8));
        console.out().flush();
    }

    @Override
    public void close() {
        record.close();
        store.close();
    }
}
