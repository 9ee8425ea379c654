/**
 * Benchmarks of the engine; none of them is a test. A figure is a ratio of two taken in one run.
 *
 * <p>One decision, warm, against the table written by hand (ns, percentiles, bytes):
 * {@code mvn -Pbench -pl rules,engine,engine/core test -DskipTests}; JMH's own options follow as
 * {@code -Dbench.arguments="complete -f 1"}.
 *
 * <p>A file of 100,000 questions: the same with {@code -Dbench=bulk}, optionally
 * {@code -Dbench.arguments="QUESTIONS ROUNDS"}.
 *
 * <p>The start of the whole command: {@code engine/cli/src/bench/cold.sh}.
 */
@NullMarked
package org.nestguard.engine.bench;

import org.jspecify.annotations.NullMarked;
