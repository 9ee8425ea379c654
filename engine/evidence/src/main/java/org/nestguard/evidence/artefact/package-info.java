/** What one file or one command's output says: a small class a format, each of which says why it does not know. */
@NullMarked
package org.nestguard.evidence.artefact;

import org.jspecify.annotations.NullMarked;
