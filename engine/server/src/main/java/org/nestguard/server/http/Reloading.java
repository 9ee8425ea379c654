package org.nestguard.server.http;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.nestguard.engine.text.Harmless;
import org.nestguard.server.http.access.CredentialsException;
import org.nestguard.server.http.access.Gate;
import org.nestguard.server.http.metrics.Meters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads again what an operator changed: rules, credentials, certificates. What cannot be taken leaves the old in force. */
final class Reloading {
    private static final Logger LOG = LoggerFactory.getLogger(Reloading.class);
    private static final int LONGEST = 1_000;

    private final RuleBases rules;
    private final Gate gate;
    private final Tls tls;
    private final Meters meters;
    private final InstantSource clock;
    private final Map<String, NotTaken> notTaken = new ConcurrentSkipListMap<>();

    /** What was read last and not taken. */
    record NotTaken(String what, String why, Instant at) {}

    private interface Step {
        void run() throws CredentialsException, IOException, GeneralSecurityException;
    }

    Reloading(RuleBases rules, Gate gate, Tls tls, Meters meters, InstantSource clock) {
        this.rules = rules;
        this.gate = gate;
        this.tls = tls;
        this.meters = meters;
        this.clock = clock;
    }

    /** All of it. */
    synchronized void reload() {
        LOG.info("rules, credentials and certificates are read again");
        rules.reload();
        step("credentials", gate::reload);
        step("certificates", tls::reload);
    }

    private void step(String what, Step step) {
        try {
            step.run();
            notTaken.remove(what);
            meters.reloaded(what, true);
        } catch (CredentialsException | IOException | GeneralSecurityException | RuntimeException e) {
            String why = Harmless.text(String.valueOf(e.getMessage()), LONGEST);
            notTaken.put(what, new NotTaken(what, why, clock.instant()));
            meters.reloaded(what, false);
            LOG.atError().addKeyValue("what", what).addKeyValue("why", why).log("not taken; the old stays in force");
        }
    }

    /** What was read last and not taken, so that an older one is in force. */
    List<NotTaken> notTaken() {
        List<NotTaken> all = new ArrayList<>(notTaken.values());
        rules.failure().ifPresent(f -> all.add(new NotTaken("rules", f.why(), f.at())));
        return all;
    }
}
