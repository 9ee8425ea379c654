/** The audit of a fleet on a cluster of machines with Apache Spark. */
@NullMarked
package org.nestguard.spark;

import org.jspecify.annotations.NullMarked;
