/** Whether a host can be emptied. */
@NullMarked
package org.nestguard.fleet.drain;

import org.jspecify.annotations.NullMarked;
