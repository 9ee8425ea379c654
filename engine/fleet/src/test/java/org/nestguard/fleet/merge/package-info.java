@NullMarked
package org.nestguard.fleet.merge;

import org.jspecify.annotations.NullMarked;
