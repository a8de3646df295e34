/** The runner of the benchmarks and the report of their figures. */
@NullMarked
package dev.otpkit.benchmarks;

import org.jspecify.annotations.NullMarked;
