/** A store in Redis or Valkey that many JVMs share, on Lettuce. */
@NullMarked
package dev.otpkit.store.redis;

import org.jspecify.annotations.NullMarked;
