@NullMarked
package org.nestguard.fleet.inventory;

import org.jspecify.annotations.NullMarked;
