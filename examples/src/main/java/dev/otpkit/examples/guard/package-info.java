/** A guard that asks for a CAPTCHA before an unusual send, and the form in front of it. */
@NullMarked
package dev.otpkit.examples.guard;

import org.jspecify.annotations.NullMarked;
