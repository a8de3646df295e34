/** Channels that deliver passcodes by email. */
@NullMarked
package dev.otpkit.channel.smtp;

import org.jspecify.annotations.NullMarked;
