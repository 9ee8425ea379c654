/** What comes of a rule that matches. */
@NullMarked
package org.nestguard.findings;

import org.jspecify.annotations.NullMarked;
