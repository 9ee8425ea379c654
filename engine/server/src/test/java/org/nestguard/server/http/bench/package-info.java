/**
 * Measures what deciding costs over a socket. Run with {@code mvn -P bench -pl engine/server test -Dtest=none
 * -Dsurefire.failIfNoSpecifiedTests=false}.
 */
@NullMarked
package org.nestguard.server.http.bench;

import org.jspecify.annotations.NullMarked;
