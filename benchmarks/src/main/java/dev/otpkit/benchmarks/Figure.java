package dev.otpkit.benchmarks;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The title of a class of benchmarks, as the tables and the plots show it.
 *
 * <p>Each benchmark method of the class is a contender, and its name is that of the contender. A parameter with the
 * name {@code threads} is the number of threads that call the method: the runner sets it for JMH too.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Figure {
    /**
     * The title.
     *
     * @return a few words without a full stop
     */
    String value();

    /**
     * Turns off the measurement of the bytes per operation, for a figure with a server in the same JVM.
     *
     * @return false if the bytes would be those of the contender and of a server
     */
    boolean bytes() default true;

    /**
     * Lengthens the warm-up of the full profile, for a figure whose times still fall after some seconds.
     *
     * @return how many times as long it is
     */
    int longerWarmup() default 1;
}
