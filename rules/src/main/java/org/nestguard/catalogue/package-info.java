/** The rules and tables as data: cards read back from the rule base's metadata, sources, and the tables' readers. */
@NullMarked
package org.nestguard.catalogue;

import org.jspecify.annotations.NullMarked;
