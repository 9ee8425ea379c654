@NullMarked
package org.nestguard.cli.run;

import org.jspecify.annotations.NullMarked;
