/** Made-up fleets that look like real ones: for trying, for showing, for measuring. */
@NullMarked
package org.nestguard.fleet.sample;

import org.jspecify.annotations.NullMarked;
