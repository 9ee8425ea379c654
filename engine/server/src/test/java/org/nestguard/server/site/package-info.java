@NullMarked
package org.nestguard.server.site;

import org.jspecify.annotations.NullMarked;
