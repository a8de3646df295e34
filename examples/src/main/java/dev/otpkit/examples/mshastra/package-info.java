/** What the page on mShastra shows, compiled. */
@NullMarked
package dev.otpkit.examples.mshastra;

import org.jspecify.annotations.NullMarked;
