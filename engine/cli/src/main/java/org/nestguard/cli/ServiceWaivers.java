package org.nestguard.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.nestguard.cli.service.ServiceClient;
import org.nestguard.cli.service.ServiceException;
import org.nestguard.engine.text.Harmless;

/** The waivers of a service. */
final class ServiceWaivers {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String PATH = "/v1/waivers";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ServiceOptions which;
    private final Console console;

    ServiceWaivers(ServiceOptions which, Console console) {
        this.which = which;
        this.console = console;
    }

    private interface Asking {
        ServiceClient.Answer of(ServiceClient client) throws ServiceException, InterruptedException;
    }

    private String asked(int wanted, String not, Asking asking) throws InterruptedException {
        try (ServiceClient client = which.open()) {
            ServiceClient.Answer answer = asking.of(client);
            if (answer.status() != wanted) {
                throw new UsageException(not + ": " + answer.complaint());
            }
            return answer.body();
        } catch (ServiceException e) {
            throw new UsageException(not + ": " + e.getMessage());
        }
    }

    /** Makes one. @throws UsageException where it is not made */
    void make(NewWaiver waiver) throws IOException, InterruptedException {
        byte[] body = waiver.json().getBytes(StandardCharsets.UTF_8);
        JsonNode made = JSON.readTree(
                asked(201, "the waiver is not made", client -> client.post(PATH, "application/json", body, PATIENCE)));
        line("waiver " + made.path("id").asText() + " stands until "
                + made.path("expires").asText());
        for (JsonNode remark : made.path("remarks")) {
            if (remark.asText().startsWith("it is too wide")) {
                console.err().println("nestguard: " + Harmless.text(remark.asText()));
            }
        }
    }

    /** Ends one. @throws UsageException where it is not ended */
    void end(long number) throws IOException, InterruptedException {
        asked(204, "the waiver is not ended", client -> client.delete(PATH + "/" + number, PATIENCE));
        line("waiver " + number + " has ended");
    }

    /** Lists all. Whether there is something to be said of one. @throws UsageException where they cannot be had */
    boolean list() throws IOException, InterruptedException {
        JsonNode all = JSON.readTree(asked(200, "the waivers are not told", client -> client.get(PATH, PATIENCE)))
                .path("waivers");
        boolean remarks = false;
        for (JsonNode one : all) {
            line(one.path("id").asText() + "  " + one.path("state").asText() + "  "
                    + one.path("rule").asText() + " for " + one.path("scope").asText());
            line("    " + one.path("owner").asText() + ", until "
                    + one.path("expires").asText() + ": " + one.path("reason").asText());
            line("    made " + one.at("/made/at").asText() + " by "
                    + one.at("/made/by").asText());
            if (one.path("lastUsed").isObject()) {
                line("    used last " + one.at("/lastUsed/at").asText() + " in decision "
                        + one.at("/lastUsed/decision").asText());
            }
            if (one.path("ended").isObject()) {
                line("    ended " + one.at("/ended/at").asText() + " by "
                        + one.at("/ended/by").asText());
            }
            for (JsonNode remark : one.path("remarks")) {
                line("    ! " + remark.asText());
                remarks = true;
            }
        }
        if (all.isEmpty()) {
            line("there are no waivers");
        }
        return remarks;
    }

    private void line(String text) throws IOException {
        console.out().write((Harmless.text(text) + "\n").getBytes(StandardCharsets.UTF_8));
        console.out().flush();
    }
}
