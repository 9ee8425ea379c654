/** Logs as JSON, a line each, on standard error. */
@NullMarked
package org.nestguard.server.http.log;

import org.jspecify.annotations.NullMarked;
