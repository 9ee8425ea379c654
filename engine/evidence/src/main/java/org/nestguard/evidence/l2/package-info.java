/** Is an L2 live? What counters on the host and witnesses inside the L1 prove, and what they do not. */
@NullMarked
package org.nestguard.evidence.l2;

import org.jspecify.annotations.NullMarked;
