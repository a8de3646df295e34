/** The derivations from the secret: store keys, tags, codes and challenge ids. */
@NullMarked
package dev.otpkit.internal.crypto;

import org.jspecify.annotations.NullMarked;
