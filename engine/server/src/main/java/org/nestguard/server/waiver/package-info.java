/** The waivers of a site. */
@NullMarked
package org.nestguard.server.waiver;

import org.jspecify.annotations.NullMarked;
