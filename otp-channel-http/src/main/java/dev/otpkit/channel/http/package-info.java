/** A toolkit for authors of channels over HTTP. */
@NullMarked
package dev.otpkit.channel.http;

import org.jspecify.annotations.NullMarked;
