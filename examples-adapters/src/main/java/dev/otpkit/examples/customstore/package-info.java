/** A store for your own database. */
@NullMarked
package dev.otpkit.examples.customstore;

import org.jspecify.annotations.NullMarked;
