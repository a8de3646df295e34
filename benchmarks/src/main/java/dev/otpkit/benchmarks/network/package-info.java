/** Benchmarks over the loopback network: Redis, SMTP, and Twilio's API. Each starts and stops its own server. */
@NullMarked
package dev.otpkit.benchmarks.network;

import org.jspecify.annotations.NullMarked;
