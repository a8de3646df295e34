/** What the README shows, compiled. */
@NullMarked
package dev.otpkit.examples.readme;

import org.jspecify.annotations.NullMarked;
