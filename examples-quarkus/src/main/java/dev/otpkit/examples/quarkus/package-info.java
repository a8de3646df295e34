/** The recipe of the page on Quarkus. */
@NullMarked
package dev.otpkit.examples.quarkus;

import org.jspecify.annotations.NullMarked;
