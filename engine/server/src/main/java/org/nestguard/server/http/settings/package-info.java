/** What an operator sets, read strictly from a file. */
@NullMarked
package org.nestguard.server.http.settings;

import org.jspecify.annotations.NullMarked;
