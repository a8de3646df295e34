/** Configuration of OTP Kit in a Spring Boot application. */
@NullMarked
package dev.otpkit.spring;

import org.jspecify.annotations.NullMarked;
