/** The channels of docs/write-a-channel.md. */
@NullMarked
package dev.otpkit.examples.customchannel;

import org.jspecify.annotations.NullMarked;
