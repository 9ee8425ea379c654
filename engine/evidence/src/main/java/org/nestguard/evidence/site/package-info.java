/** What a site lets pass on this host where there is no answer or no record, and what was let pass so. */
@NullMarked
package org.nestguard.evidence.site;

import org.jspecify.annotations.NullMarked;
