@org.jspecify.annotations.NullMarked
package org.nestguard.cli.service;
