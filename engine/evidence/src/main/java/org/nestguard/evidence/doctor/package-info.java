/** Whether a host can nest, does, and will go on doing so; what stands in the way, and the commands that remove it. */
@NullMarked
package org.nestguard.evidence.doctor;

import org.jspecify.annotations.NullMarked;
