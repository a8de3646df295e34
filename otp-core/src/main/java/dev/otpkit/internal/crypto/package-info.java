/** Everything that is derived from the secret. */
@NullMarked
package dev.otpkit.internal.crypto;

import org.jspecify.annotations.NullMarked;
