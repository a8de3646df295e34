/** Observations and health of OTP Kit. */
@NullMarked
package dev.otpkit.spring.observation;

import org.jspecify.annotations.NullMarked;
