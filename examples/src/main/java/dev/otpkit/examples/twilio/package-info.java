/** The examples of docs/twilio-sms.md and docs/twilio-whatsapp.md. */
@NullMarked
package dev.otpkit.examples.twilio;

import org.jspecify.annotations.NullMarked;
