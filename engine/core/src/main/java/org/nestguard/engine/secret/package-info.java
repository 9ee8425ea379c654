/** Files that nobody else may read. */
@NullMarked
package org.nestguard.engine.secret;

import org.jspecify.annotations.NullMarked;
