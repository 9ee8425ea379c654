/** What a host is, for everyone who asks: its platform, what is below it, and which module of KVM decides about nesting. */
@NullMarked
package org.nestguard.evidence.host;

import org.jspecify.annotations.NullMarked;
