/** The words: what can be said of a guest, its hosts and the operation asked for. Nothing here knows of rules or of Drools. */
@NullMarked
package org.nestguard.facts;

import org.jspecify.annotations.NullMarked;
