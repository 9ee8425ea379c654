@NullMarked
package org.nestguard.fleet.audit;

import org.jspecify.annotations.NullMarked;
