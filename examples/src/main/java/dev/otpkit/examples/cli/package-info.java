/** A command-line program that sends a code, asks for it and verifies it. */
@NullMarked
package dev.otpkit.examples.cli;

import org.jspecify.annotations.NullMarked;
