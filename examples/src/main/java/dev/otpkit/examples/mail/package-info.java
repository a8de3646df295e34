/** Channels for email. */
@NullMarked
package dev.otpkit.examples.mail;

import org.jspecify.annotations.NullMarked;
