/** Who asks, and what they may. */
@NullMarked
package org.nestguard.server.http.access;

import org.jspecify.annotations.NullMarked;
