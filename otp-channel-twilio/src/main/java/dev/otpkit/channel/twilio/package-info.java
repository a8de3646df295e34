/** Channels that deliver passcodes by SMS and WhatsApp over Twilio, and what Twilio reports of their messages. */
@NullMarked
package dev.otpkit.channel.twilio;

import org.jspecify.annotations.NullMarked;
