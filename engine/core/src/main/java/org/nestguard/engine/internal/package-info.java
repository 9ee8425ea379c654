/** How a question is decided. Only here does the engine speak to Drools; nothing here is for other programs. */
@NullMarked
package org.nestguard.engine.internal;

import org.jspecify.annotations.NullMarked;
