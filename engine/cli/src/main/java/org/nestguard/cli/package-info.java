/** The {@code nestguard} command. */
@NullMarked
package org.nestguard.cli;

import org.jspecify.annotations.NullMarked;
