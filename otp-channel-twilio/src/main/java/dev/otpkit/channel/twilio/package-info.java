/** Channels that deliver passcodes by SMS and WhatsApp over Twilio, and a reader of its delivery reports. */
@NullMarked
package dev.otpkit.channel.twilio;

import org.jspecify.annotations.NullMarked;
