/** Where artefacts are read: on the live host, or in a tree that was captured there. */
@NullMarked
package org.nestguard.evidence.view;

import org.jspecify.annotations.NullMarked;
