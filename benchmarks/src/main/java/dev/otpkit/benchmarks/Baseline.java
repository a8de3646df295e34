package dev.otpkit.benchmarks;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names the benchmark method of a class whose ratio is 1: all others are compared with it, round by round. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Baseline {
    /**
     * The name of the method.
     *
     * @return the name of a benchmark method of the class
     */
    String value();
}
