@NullMarked
package org.nestguard.fleet.sample;

import org.jspecify.annotations.NullMarked;
