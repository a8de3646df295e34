/** Benchmarks: a send and verification beside the code of tutorials, and an SMS beside the stock client of Twilio. */
@NullMarked
package dev.otpkit.benchmarks;

import org.jspecify.annotations.NullMarked;
