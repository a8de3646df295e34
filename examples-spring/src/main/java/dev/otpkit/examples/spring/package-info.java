/** The application of the page on Spring Boot. */
@NullMarked
package dev.otpkit.examples.spring;

import org.jspecify.annotations.NullMarked;
