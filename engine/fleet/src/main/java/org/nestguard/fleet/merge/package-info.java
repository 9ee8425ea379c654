/** Several observations of the same hosts and guests made one. */
@NullMarked
package org.nestguard.fleet.merge;

import org.jspecify.annotations.NullMarked;
