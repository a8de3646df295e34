/** The examples of docs/production.md. */
@NullMarked
package dev.otpkit.examples.redis;

import org.jspecify.annotations.NullMarked;
