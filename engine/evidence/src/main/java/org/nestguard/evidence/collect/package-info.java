/** From what a host shows of itself to the facts of that host and of every guest that runs on it. */
@NullMarked
package org.nestguard.evidence.collect;

import org.jspecify.annotations.NullMarked;
