/** Where what is known is kept: a schema in an embedded file or on a server of PostgreSQL. */
@NullMarked
package org.nestguard.store;

import org.jspecify.annotations.NullMarked;
