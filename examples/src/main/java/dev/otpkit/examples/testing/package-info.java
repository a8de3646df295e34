/** An application and its tests, for the page on testing. */
@NullMarked
package dev.otpkit.examples.testing;

import org.jspecify.annotations.NullMarked;
