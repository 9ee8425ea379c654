@NullMarked
package org.nestguard.fleet.report;

import org.jspecify.annotations.NullMarked;
