@NullMarked
package org.nestguard.cli.hook;

import org.jspecify.annotations.NullMarked;
