@NullMarked
package org.nestguard.fleet.history;

import org.jspecify.annotations.NullMarked;
