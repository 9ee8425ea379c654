/** The answer, as data. */
@NullMarked
package org.nestguard.engine.decision;

import org.jspecify.annotations.NullMarked;
