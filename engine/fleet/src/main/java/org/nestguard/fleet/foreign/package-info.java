/** What other programs know of hosts and guests. What they do not tell is not looked for, and so not known. */
@NullMarked
package org.nestguard.fleet.foreign;

import org.jspecify.annotations.NullMarked;
