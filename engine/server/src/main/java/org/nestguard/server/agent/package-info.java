/** The agent of a hypervisor: it reads its host, tells the registry, and asks it for whoever may not reach it. */
@NullMarked
package org.nestguard.server.agent;

import org.jspecify.annotations.NullMarked;
