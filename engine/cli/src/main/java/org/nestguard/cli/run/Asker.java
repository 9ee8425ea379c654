package org.nestguard.cli.run;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.nestguard.cli.service.ServiceClient;
import org.nestguard.cli.service.ServiceException;

/**
 * Asks the service. What it answers from files is no answer here: only what is known now counts.
 *
 * @param patience how long a whole answer may take
 * @param here the name of this host for the service; empty where the service runs on it and knows
 */
public record Asker(ServiceClient client, Duration patience, Optional<String> here) {
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String XML = "application/xml";

    /** Of a guest. @throws NotRunException where no whole answer comes in time */
    Answer ask(String operation, String guest, Optional<String> to) throws NotRunException, InterruptedException {
        return post(operation, to, FORM, "guest=" + encoded(guest));
    }

    /** Of a guest that a description is of. @throws NotRunException as for the other */
    Answer askDescribed(String operation, String description, Optional<String> to)
            throws NotRunException, InterruptedException {
        return post(operation, to, XML, description);
    }

    private Answer post(String operation, Optional<String> to, String type, String body)
            throws NotRunException, InterruptedException {
        String path = "/v1/hooks/run?operation=" + operation
                + to.map(host -> "&to=" + encoded(host)).orElse("");
        try {
            ServiceClient.Answer reply = client.post(path, type, body.getBytes(StandardCharsets.UTF_8), patience);
            if (reply.status() != 200) {
                throw new NotRunException(NotRun.FAILED, "the service did not answer: " + reply.complaint());
            }
            return Answer.read(reply.body())
                    .orElseThrow(() -> new NotRunException(NotRun.FAILED, "what the service said is no whole answer"));
        } catch (ServiceException e) {
            throw new NotRunException(NotRun.FAILED, String.valueOf(e.getMessage()));
        }
    }

    /** Tells that a guest has moved with a live L2. @throws NotRunException where the service does not take it */
    void tellHarm(String guest, String text) throws NotRunException, InterruptedException {
        String body = "{\"cause\":\"late-abort\",\"why\":\"" + text + "\"}";
        try {
            ServiceClient.Answer reply = client.post(
                    "/v1/guests/" + encoded(guest) + "/harm",
                    "application/json",
                    body.getBytes(StandardCharsets.UTF_8),
                    patience);
            if (reply.status() >= 300) {
                throw new NotRunException(NotRun.FAILED, reply.complaint());
            }
        } catch (ServiceException e) {
            throw new NotRunException(NotRun.FAILED, String.valueOf(e.getMessage()));
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
