/** The texts that carry a code: the catalogue with its twelve languages, and the arithmetic of SMS segments. */
@NullMarked
package dev.otpkit.message;

import org.jspecify.annotations.NullMarked;
