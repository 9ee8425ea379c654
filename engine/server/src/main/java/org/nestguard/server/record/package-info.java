/** What was decided, written down so that nobody can change it unseen. */
@NullMarked
package org.nestguard.server.record;

import org.jspecify.annotations.NullMarked;
