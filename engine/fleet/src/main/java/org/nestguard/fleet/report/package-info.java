/** What an audit is told as. */
@NullMarked
package org.nestguard.fleet.report;

import org.jspecify.annotations.NullMarked;
