/** What the page on production shows, compiled. */
@NullMarked
package dev.otpkit.examples.redis;

import org.jspecify.annotations.NullMarked;
