@NullMarked
package org.nestguard.fleet.foreign;

import org.jspecify.annotations.NullMarked;
