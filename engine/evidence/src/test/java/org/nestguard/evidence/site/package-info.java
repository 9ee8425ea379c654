@NullMarked
package org.nestguard.evidence.site;

import org.jspecify.annotations.NullMarked;
