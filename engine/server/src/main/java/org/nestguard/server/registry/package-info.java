/** What is known of hosts and of the guests on them, and which guests were harmed. */
@NullMarked
package org.nestguard.server.registry;

import org.jspecify.annotations.NullMarked;
