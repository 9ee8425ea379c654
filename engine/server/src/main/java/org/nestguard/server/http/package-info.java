/** The service on the wire: connectors, routes, limits, problem documents, health, reload and drain. */
@NullMarked
package org.nestguard.server.http;

import org.jspecify.annotations.NullMarked;
