/** Tests of the audit on a cluster. */
@NullMarked
package org.nestguard.spark;

import org.jspecify.annotations.NullMarked;
