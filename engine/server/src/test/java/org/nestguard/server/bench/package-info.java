/** What is measured, and tried more often than a build has time for. */
@NullMarked
package org.nestguard.server.bench;

import org.jspecify.annotations.NullMarked;
