/** Benchmarks in the memory of one process: stores on Caffeine, in a map and in H2; no message leaves the process. */
@NullMarked
package dev.otpkit.benchmarks.memory;

import org.jspecify.annotations.NullMarked;
