/** "I know better", said openly: waivers and the one evaluator that every door uses. */
@NullMarked
package org.nestguard.engine.waiver;

import org.jspecify.annotations.NullMarked;
