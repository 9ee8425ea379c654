/** An audit as one page for a browser. */
@NullMarked
package org.nestguard.fleet.report.html;

import org.jspecify.annotations.NullMarked;
