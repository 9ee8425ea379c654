/** What came of audits before: kept, compared, and in a line over time. */
@NullMarked
package org.nestguard.fleet.history;

import org.jspecify.annotations.NullMarked;
