package org.nestguard.server.page;

import java.util.List;
import java.util.Optional;
import org.nestguard.engine.known.Known;
import org.nestguard.server.http.Decisions;

/** What came of a question that was asked on the page. */
public sealed interface Result {
    /** Nothing was asked. */
    record Nothing() implements Result {}

    /** The question came from a link on another site: to ask it is for the person who sees it. */
    record NotAsked() implements Result {}

    /**
     * Only what runs on a host was asked for; nothing was decided.
     *
     * @param host its name
     * @param guests as they are known now
     */
    record Guests(String host, List<Known> guests) implements Result {
        public Guests {
            guests = List.copyOf(guests);
        }
    }

    /**
     * There is no answer.
     *
     * @param status the HTTP status
     * @param title what is wrong with it
     * @param detail what is wrong here and what to do about it
     */
    record Refused(int status, String title, String detail) implements Result {}

    /**
     * What was decided.
     *
     * @param guest the name of the guest
     * @param uuid its UUID
     * @param host where it runs; empty where it runs nowhere
     * @param settled the decision; empty where only destinations were asked for
     * @param destinations where the guest can go, the best first; empty where it is not to go anywhere
     */
    record Answered(
            String guest,
            String uuid,
            Optional<String> host,
            Optional<Decisions.Settled> settled,
            Optional<List<Destination>> destinations)
            implements Result {}
}
