/** What an author of a store, a channel, a generator, a renderer or a verifier implements, and the values exchanged. */
@NullMarked
package dev.otpkit.spi;

import org.jspecify.annotations.NullMarked;
