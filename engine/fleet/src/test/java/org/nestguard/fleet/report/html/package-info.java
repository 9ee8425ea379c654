@NullMarked
package org.nestguard.fleet.report.html;

import org.jspecify.annotations.NullMarked;
