/** The bundle that goes with a bug report: everything the developers ask for, and nothing that is nobody's business. */
@NullMarked
package org.nestguard.evidence.report;

import org.jspecify.annotations.NullMarked;
