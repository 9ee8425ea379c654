package org.nestguard.facts;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a word that rules may use and says which facts stand behind it. An operator's rule may use no other methods, and
 * must list these facts in its {@code @because}. Within {@link Host} the facts are keys of that host.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Reads {
    /** The facts, such as {@code guest.l2.live}; empty where the question always says it. */
    String[] value();
}
