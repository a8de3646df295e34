package dev.otpkit.benchmarks;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The values of a parameter in the quick profile. A parameter without it has all its values there too. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface Quick {
    /**
     * The values.
     *
     * @return values of the parameter
     */
    String[] value();
}
