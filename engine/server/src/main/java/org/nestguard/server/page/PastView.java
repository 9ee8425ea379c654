package org.nestguard.server.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.nestguard.server.record.Recorded;

/**
 * A decision of the record.
 *
 * @param at the moment that the page is of
 * @param caller who asks
 * @param number of the decision, as it was asked for
 * @param recorded empty where there is none of that number
 */
public record PastView(Instant at, String caller, String number, Optional<Recorded> recorded) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The question as it was asked, line by line. */
    public List<String> question() {
        String text = recorded.map(one -> one.entry().question()).orElse("");
        try {
            return JSON.readTree(text).toPrettyString().lines().toList();
        } catch (JsonProcessingException e) {
            return List.of(text); // somebody changed the record; what stands there is shown all the same
        }
    }
}
