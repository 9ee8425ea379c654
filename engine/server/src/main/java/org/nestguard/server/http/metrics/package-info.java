/** What the service counts of itself, in Prometheus's text. */
@NullMarked
package org.nestguard.server.http.metrics;

import org.jspecify.annotations.NullMarked;
