/**
 * Measures audits of made-up fleets. Run with {@code mvn -P bench -pl engine/fleet test -Dtest=none
 * -Dsurefire.failIfNoSpecifiedTests=false -Dbench.arguments="1000000 20000"}; {@code -Dbench.jvm=-Xmx256m} bounds the heap.
 * All guests to all hosts are asked about with {@code -Dbench.arguments="100000 10000 to=all"}.
 */
@NullMarked
package org.nestguard.fleet.bench;

import org.jspecify.annotations.NullMarked;
