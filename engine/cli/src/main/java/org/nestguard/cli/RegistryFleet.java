package org.nestguard.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.nestguard.cli.service.ServiceClient;
import org.nestguard.cli.service.ServiceException;
import org.nestguard.engine.text.Harmless;
import org.nestguard.engine.text.Problem;
import org.nestguard.fleet.inventory.Inventory;

/** All that a registry knows now, host by host. */
final class RegistryFleet implements Inventory.Elsewhere {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int NO_MORE = 404;
    private static final int LONGEST = 300;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ServiceOptions service;

    RegistryFleet(ServiceOptions service) {
        this.service = service;
    }

    @Override
    public String name() {
        return "registry";
    }

    @Override
    public List<Problem> write(OutputStream out) throws IOException {
        List<Problem> problems = new ArrayList<>();
        try (ServiceClient client = service.open()) {
            for (JsonNode host :
                    JSON.readTree(whole(client.get("/v1/hosts", PATIENCE))).path("hosts")) {
                String name = host.path("name").asText("");
                long without = host.path("guestsWithoutUuid").asLong(0);
                if (without > 0) {
                    problems.add(problem("the host " + name + " has " + without
                            + " guests without a UUID, of which a registry keeps nothing; they are not audited"));
                }
                ServiceClient.Answer facts = client.get("/v1/hosts/" + encoded(name), PATIENCE);
                if (facts.status() == NO_MORE) {
                    problems.add(problem("the host " + name + " was forgotten meanwhile"));
                } else {
                    out.write((whole(facts) + "\n---\n").getBytes(StandardCharsets.UTF_8));
                }
            }
        } catch (ServiceException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return problems;
    }

    /** Half a fleet is no fleet. */
    private static String whole(ServiceClient.Answer answer) {
        if (answer.status() != 200) {
            throw new UsageException("the registry does not tell of its hosts: " + answer.complaint());
        }
        return answer.body();
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private Problem problem(String message) {
        return new Problem(name(), 0, 0, null, Harmless.text(message, LONGEST));
    }
}
