/** Benchmarks, each beside a peer in the same run. */
@NullMarked
package dev.otpkit.benchmarks;

import org.jspecify.annotations.NullMarked;
