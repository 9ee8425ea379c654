/** {@code nestguard run}: a command that is run only where the guard allows what it does to a guest. */
@NullMarked
package org.nestguard.cli.run;

import org.jspecify.annotations.NullMarked;
