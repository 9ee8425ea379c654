/** The web page: what is known and what was decided, for a person. */
@NullMarked
package org.nestguard.server.page;

import org.jspecify.annotations.NullMarked;
