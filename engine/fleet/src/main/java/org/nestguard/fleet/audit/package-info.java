/** The same question of every guest of a fleet. */
@NullMarked
package org.nestguard.fleet.audit;

import org.jspecify.annotations.NullMarked;
