/** A store in the memory of one JVM, on Caffeine. */
@NullMarked
package dev.otpkit.store.caffeine;

import org.jspecify.annotations.NullMarked;
