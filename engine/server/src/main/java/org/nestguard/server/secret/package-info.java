/** Files that nobody else may read. */
@NullMarked
package org.nestguard.server.secret;

import org.jspecify.annotations.NullMarked;
