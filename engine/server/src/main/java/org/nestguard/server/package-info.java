/** The service: facts kept, questions answered, decisions recorded. */
@NullMarked
package org.nestguard.server;

import org.jspecify.annotations.NullMarked;
