package dev.otpkit.internal.rules;

/**
 * Separates challenges of one recipient: login from password reset, one browser session from another.
 *
 * @param purpose eight bytes of recipient and purpose, by which cancelling finds all challenges of the purpose
 * @param request eight bytes of recipient, purpose, binding, code length and alphabet
 */
public record ChallengeTag(long purpose, long request) {}
