package dev.otpkit.internal.rules;

/**
 * The 128 random bits from which a challenge's code is derived.
 *
 * @param high the first eight bytes
 * @param low the last eight bytes
 */
public record Nonce(long high, long low) {}
