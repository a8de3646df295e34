package dev.otpkit.benchmarks;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names a program that a class of benchmarks, or a measurement, runs. Without it on the PATH the class is skipped. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Requires {
    /**
     * The name of the program.
     *
     * @return the name of a file in a folder of the PATH
     */
    String value();
}
