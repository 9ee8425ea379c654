package org.nestguard.server.http.metrics;

import java.time.Duration;
import java.util.Map;

/** How old what is known of each host is. */
public interface FactAges {
    /** Of each host by its name the age of its newest observation. */
    Map<String, Duration> byHost();
}
