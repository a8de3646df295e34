package dev.otpkit.message;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A test that runs once for each of the twelve languages. */
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest
@ValueSource(strings = {"en", "ar", "fr", "es", "de", "pt", "tr", "ur", "hi", "bn", "sw", "id"})
@interface Languages {}
