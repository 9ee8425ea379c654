package org.nestguard.engine.known;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is known of one host and of the guests on it: the facts document, version 1.
 *
 * @param host the host
 * @param guests the guests on it, in the order in which they were found
 */
public record FactsDocument(Known host, List<Known> guests) {
    public FactsDocument {
        guests = List.copyOf(guests);
    }

    /** The guests of that name or UUID; several where a name is not unique. */
    public List<Known> guests(String nameOrUuid) {
        return guests.stream()
                .filter(guest -> Stream.of("name", "uuid")
                        .anyMatch(key ->
                                guest.get(key).known() && guest.get(key).text().equals(nameOrUuid)))
                .toList();
    }

    /** The time of the newest fact in it. */
    public Instant newest() {
        return Stream.concat(Stream.of(host), guests.stream())
                .map(Known::newest)
                .max(Instant::compareTo)
                .orElseThrow();
    }

    /** The same as it is worth at that moment. */
    public FactsDocument asOf(Instant moment, Freshness freshness) {
        return new FactsDocument(
                host.asOf(moment, freshness),
                guests.stream().map(guest -> guest.asOf(moment, freshness)).toList());
    }
}
