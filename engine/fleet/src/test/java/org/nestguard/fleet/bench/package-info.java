/**
 * Measures audits of made-up fleets. Run with {@code mvn -P bench -pl engine/fleet test -Dtest=none
 * -Dsurefire.failIfNoSpecifiedTests=false -Dbench.arguments="1000000 20000"}; {@code -Dbench.jvm=-Xmx256m} bounds the heap.
 */
@NullMarked
package org.nestguard.fleet.bench;

import org.jspecify.annotations.NullMarked;
