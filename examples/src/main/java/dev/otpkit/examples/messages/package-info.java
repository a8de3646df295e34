/** The texts of messages: the examples of docs/messages.md. */
@NullMarked
package dev.otpkit.examples.messages;

import org.jspecify.annotations.NullMarked;
