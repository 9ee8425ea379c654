/** What a site knows of its hosts and guests, told and asked over HTTP. */
@NullMarked
package org.nestguard.server.site;

import org.jspecify.annotations.NullMarked;
