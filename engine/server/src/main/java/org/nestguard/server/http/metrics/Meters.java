package org.nestguard.server.http.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.decision.Decision;
import org.nestguard.engine.decision.RuleBaseVersion;
import org.nestguard.engine.text.Harmless;
import org.nestguard.findings.Finding;
import org.nestguard.server.registry.Counts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the service counts of itself. Labels have few values: nothing that a caller writes becomes one. */
public final class Meters {
    private static final Logger LOG = LoggerFactory.getLogger(Meters.class);

    /** The content type of {@link #write}. */
    public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private static final int LONGEST_HOST = 255; // as long as the registry takes one: cut off, two might become one
    private static final double NANOS = 1e9;

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final PrometheusTextFormatWriter writer =
            PrometheusTextFormatWriter.builder().build();
    private final Counter decisions = Counter.builder()
            .name("nestguard_decisions")
            .help("Decisions, by what the rules say and by what doors follow.")
            .labelNames("verdict", "effective")
            .register(registry);
    private final Counter findings = Counter.builder()
            .name("nestguard_findings")
            .help("Findings in decisions, by rule.")
            .labelNames("rule", "effect")
            .register(registry);
    private final Histogram seconds = Histogram.builder()
            .name("nestguard_decision_seconds")
            .help("How long deciding one question took, the record not included.")
            .classicOnly()
            .classicUpperBounds(
                    0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5)
            .withoutExemplars()
            .register(registry);
    private final Counter failures = Counter.builder()
            .name("nestguard_guard_failures")
            .help("Questions that the guard failed on; each was refused.")
            .register(registry);
    private final Counter unrecorded = Counter.builder()
            .name("nestguard_decisions_not_recorded")
            .help("Decisions that could not be recorded.")
            .register(registry);
    private final Counter unreadable = Counter.builder()
            .name("nestguard_questions_unreadable")
            .help("Questions that could not be read.")
            .register(registry);
    private final Counter requests = Counter.builder()
            .name("nestguard_http_requests")
            .help("Requests that were answered, by status.")
            .labelNames("status")
            .register(registry);
    private final Counter reloads = Counter.builder()
            .name("nestguard_reloads")
            .help("Rules, credentials or certificates read again, by whether they were taken.")
            .labelNames("what", "taken")
            .register(registry);

    private final Counter registryFailures = Counter.builder()
            .name("nestguard_registry_failures")
            .help("Times that the registry could not be read for these figures.")
            .register(registry);
    private FactFigures figures = Map::of;
    private Figures known = Figures.NONE;

    /** The registry as it was when somebody looked. */
    private record Figures(Map<String, Duration> ages, Optional<Counts> counts) {
        static final Figures NONE = new Figures(Map.of(), Optional.empty());
    }

    /** With everything at nought that should be seen before it first happens. */
    public Meters() {
        for (String what : new String[] {"rules", "credentials", "certificates"}) {
            reloads.initLabelValues(what, "true");
            reloads.initLabelValues(what, "false");
        }
    }

    /** What is asked for when somebody looks, not counted. */
    public void watch(
            Supplier<@Nullable RuleBaseVersion> ruleBase,
            BooleanSupplier ready,
            IntSupplier inProgress,
            FactFigures figures,
            int passedWithoutAnswer) {
        this.figures = figures;
        GaugeWithCallback.builder()
                .name("nestguard_rule_base_info")
                .help("The rule base that decides; always 1.")
                .labelNames("version", "digest")
                .callback(c -> {
                    RuleBaseVersion version = ruleBase.get();
                    if (version != null) {
                        c.call(1, version.version(), version.digest());
                    }
                })
                .register(registry);
        GaugeWithCallback.builder()
                .name("nestguard_ready")
                .help("1 where the service would answer /readyz with 200, else 0.")
                .callback(c -> c.call(ready.getAsBoolean() ? 1 : 0))
                .register(registry);
        GaugeWithCallback.builder()
                .name("nestguard_http_requests_in_progress")
                .help("Requests that are worked on.")
                .callback(c -> c.call(inProgress.getAsInt()))
                .register(registry);
        GaugeWithCallback.builder()
                .name("nestguard_hooks_passed_without_answer")
                .help("What hooks of this host let pass without an answer, as it was found at this start.")
                .callback(c -> c.call(passedWithoutAnswer))
                .register(registry);
        GaugeWithCallback.builder()
                .name("nestguard_facts_age_seconds")
                .help("How old the newest observation of a host is.")
                .labelNames("host")
                .callback(c ->
                        known.ages().forEach((host, age) -> c.call(seconds(age), Harmless.text(host, LONGEST_HOST))))
                .register(registry);
        known("nestguard_hosts", "Hosts that have told of themselves.", Counts::hosts);
        known("nestguard_hosts_disbelieved", "Hosts whose newest word could not be believed.", Counts::disbelieved);
        known("nestguard_guests_running", "Guests that run on one of the hosts.", Counts::running);
        known("nestguard_guests_without_uuid", "Guests that could not be registered.", Counts::withoutUuid);
        known("nestguard_guests_distrusted", "Guests whose state is not believed.", Counts::distrusted);
        known("nestguard_guests_harmed", "Guests with a mark: moved, saved or loaded with a live L2.", Counts::harmed);
    }

    private void known(String name, String help, ToIntFunction<Counts> figure) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(c -> known.counts().ifPresent(counts -> c.call(figure.applyAsInt(counts))))
                .register(registry);
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / NANOS;
    }

    /** A decision was made. */
    public void decided(Decision decision, long nanos) {
        seconds.observe(nanos / NANOS);
        decisions
                .labelValues(decision.verdict().name(), decision.effective().name())
                .inc();
        for (Finding finding : decision.findings()) {
            findings.labelValues(finding.rule(), finding.effect().word()).inc();
        }
    }

    /** The guard failed. */
    public void failed() {
        failures.inc();
    }

    /** A decision could not be recorded. */
    public void notRecorded() {
        unrecorded.inc();
    }

    /** A question could not be read. */
    public void unreadable() {
        unreadable.inc();
    }

    /** A request was answered. */
    public void answered(int status) {
        requests.labelValues(Integer.toString(status)).inc();
    }

    /** Something was read again. */
    public void reloaded(String what, boolean taken) {
        reloads.labelValues(what, Boolean.toString(taken)).inc();
    }

    /** Writes all of it as Prometheus reads it. Where the registry cannot be read, its own figures are not there. */
    public synchronized void write(OutputStream out) throws IOException {
        try {
            known = new Figures(figures.ageByHost(), figures.counts());
        } catch (RuntimeException e) {
            known = Figures.NONE;
            registryFailures.inc();
            LOG.atError().setCause(e).log("the registry could not be read for the figures");
        }
        writer.write(out, registry.scrape());
    }
}
