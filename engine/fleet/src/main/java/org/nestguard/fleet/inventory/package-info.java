/** Where hosts and guests are written down, read as streams. */
@NullMarked
package org.nestguard.fleet.inventory;

import org.jspecify.annotations.NullMarked;
