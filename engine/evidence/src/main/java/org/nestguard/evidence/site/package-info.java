/** The systems that ask NestGuard by a script on this host, and what a site lets pass where there is no answer or no record, and what was
 * let pass so. */
@NullMarked
package org.nestguard.evidence.site;

import org.jspecify.annotations.NullMarked;
