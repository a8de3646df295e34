/** A code that is sent and verified, without any account. */
@NullMarked
package dev.otpkit.examples.quickstart;

import org.jspecify.annotations.NullMarked;
