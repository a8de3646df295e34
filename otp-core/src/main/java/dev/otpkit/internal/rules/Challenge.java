package dev.otpkit.internal.rules;

/**
 * One pending code, without the code. Times are epoch milliseconds.
 *
 * @param tag the tag of its recipient, purpose and request
 * @param nonce the random bits from which its code is derived
 * @param createdAt the moment at which its code was made
 * @param expiresAt the moment from which on it is not accepted
 * @param lastSentAt the moment of its last send
 * @param attemptsUsed the number of guesses that were compared; {@link #EXHAUSTED} once the policy's last one was used,
 *     so that no other or later policy has an attempt left
 * @param sends the number of its sends, counted up to 255
 */
public record Challenge(
        ChallengeTag tag, Nonce nonce, long createdAt, long expiresAt, long lastSentAt, int attemptsUsed, int sends) {
    /** The greatest number of attempts that any policy allows: no policy has one left. */
    public static final int EXHAUSTED = PolicyLimits.MAX_ATTEMPTS;

    /** The greatest count of sends. */
    public static final int MAX_SENDS = 255;

    /** Returns whether this challenge has a tag, by which the challenges of a recipient differ. */
    public boolean hasTag(ChallengeTag other) {
        return tag.purpose() == other.purpose() && tag.request() == other.request();
    }

    boolean isExpired(long now) {
        return now >= expiresAt;
    }

    boolean isExhausted(int maxAttempts) {
        return attemptsUsed >= maxAttempts;
    }

    Challenge sentAgain(long now, long expiry) {
        return new Challenge(tag, nonce, createdAt, now + expiry, now, attemptsUsed, Math.min(sends + 1, MAX_SENDS));
    }

    /**
     * Returns true if this is a challenge as a send left it: neither replaced nor sent again since. Guesses do not
     * matter.
     */
    boolean isAsSent(Challenge sent) {
        return nonce.equals(sent.nonce) && sends == sent.sends && lastSentAt == sent.lastSentAt;
    }

    Challenge attemptsUsed(int used) {
        return new Challenge(tag, nonce, createdAt, expiresAt, lastSentAt, used, sends);
    }
}
