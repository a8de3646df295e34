/** The example of the README. */
@NullMarked
package dev.otpkit.examples.readme;

import org.jspecify.annotations.NullMarked;
