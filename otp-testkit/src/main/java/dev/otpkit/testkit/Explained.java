package dev.otpkit.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The meaning of a failure of a contract's test, for people who have just written an adapter. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Explained {

    /** The harm that the defect allows, by an attacker or in an outage: one sentence. */
    String risk();

    /** The mistake that usually leads to this failure: one sentence. */
    String cause();
}
