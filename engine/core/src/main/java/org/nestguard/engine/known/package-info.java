/** What is known of hosts and of the guests on them, as it travels: collected once, asked about often, worth less with age. */
@NullMarked
package org.nestguard.engine.known;

import org.jspecify.annotations.NullMarked;
