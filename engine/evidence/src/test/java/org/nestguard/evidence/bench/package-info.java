/**
 * What collecting costs: {@code mvn -Pbench -pl engine/evidence test -DskipTests}. Figures are of one run, on whatever else
 * the machine does.
 */
@NullMarked
package org.nestguard.evidence.bench;

import org.jspecify.annotations.NullMarked;
