/** The reading and checking of input, and the redaction of output. */
@NullMarked
package dev.otpkit.internal.input;

import org.jspecify.annotations.NullMarked;
