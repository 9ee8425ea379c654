/** Where the service keeps what it knows: one schema, in an embedded file or on a server of PostgreSQL. */
@NullMarked
package org.nestguard.server.store;

import org.jspecify.annotations.NullMarked;
