/** A channel of one's own. */
@NullMarked
package dev.otpkit.examples.customchannel;

import org.jspecify.annotations.NullMarked;
