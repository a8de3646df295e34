package dev.otpkit.internal;

/**
 * Separates challenges of one recipient: login from password reset, one browser session from another.
 *
 * @param purpose eight bytes of the purpose alone, by which cancelling finds all of its challenges
 * @param request eight bytes of purpose, binding, code length and alphabet
 */
public record Tag(long purpose, long request) {}
