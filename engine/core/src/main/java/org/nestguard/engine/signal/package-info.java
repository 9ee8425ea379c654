/** What the process is told from outside. */
@NullMarked
package org.nestguard.engine.signal;

import org.jspecify.annotations.NullMarked;
