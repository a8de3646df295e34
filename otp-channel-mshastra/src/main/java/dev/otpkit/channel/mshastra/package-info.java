/** A channel that delivers passcodes by SMS, over mShastra. */
@NullMarked
package dev.otpkit.channel.mshastra;

import org.jspecify.annotations.NullMarked;
