/** Two hosts with libvirt on one machine, a guest that runs a guest, and the guard before them. */
@NullMarked
package org.nestguard.cli.lab;

import org.jspecify.annotations.NullMarked;
