/** The examples of docs/mshastra.md. */
@NullMarked
package dev.otpkit.examples.mshastra;

import org.jspecify.annotations.NullMarked;
