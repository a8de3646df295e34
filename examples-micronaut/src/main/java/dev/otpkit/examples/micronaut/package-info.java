/** The recipe of the page on Micronaut. */
@NullMarked
package dev.otpkit.examples.micronaut;

import org.jspecify.annotations.NullMarked;
