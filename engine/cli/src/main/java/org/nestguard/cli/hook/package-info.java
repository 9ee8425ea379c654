/** The doors of other systems: scripts that ask before a guest is moved, saved or restored. */
@NullMarked
package org.nestguard.cli.hook;

import org.jspecify.annotations.NullMarked;
