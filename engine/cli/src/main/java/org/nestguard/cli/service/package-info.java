/** How commands speak to a service. */
@NullMarked
package org.nestguard.cli.service;

import org.jspecify.annotations.NullMarked;
