/** Log-in with codes of OTP Kit, as one-time tokens of Spring Security. */
@NullMarked
package dev.otpkit.spring.security;

import org.jspecify.annotations.NullMarked;
