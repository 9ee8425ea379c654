/** Questions and decisions as YAML, JSON and text for a person. */
@NullMarked
package org.nestguard.engine.text;

import org.jspecify.annotations.NullMarked;
