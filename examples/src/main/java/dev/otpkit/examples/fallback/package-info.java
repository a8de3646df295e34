/** The examples of docs/fallback.md. */
@NullMarked
package dev.otpkit.examples.fallback;

import org.jspecify.annotations.NullMarked;
