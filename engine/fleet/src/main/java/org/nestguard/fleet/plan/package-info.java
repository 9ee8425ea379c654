/** What would free most guests of a fleet. */
@NullMarked
package org.nestguard.fleet.plan;

import org.jspecify.annotations.NullMarked;
