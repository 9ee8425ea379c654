/** The library that another program embeds: a question in, a decision with its reasons out. */
@NullMarked
package org.nestguard.engine;

import org.jspecify.annotations.NullMarked;
