package dev.otpkit.internal.rules;

/**
 * One pending code, without the code. Times are epoch milliseconds.
 *
 * @param tag what it is for
 * @param nonce what its code is derived from
 * @param createdAt when its code was made
 * @param expiresAt from when on it is not accepted
 * @param lastSentAt when it was last sent
 * @param attemptsUsed guesses that were compared; {@link #EXHAUSTED} once the policy's last one was used, so that no
 *     other policy, and no later one, finds an attempt left
 * @param sends how often it was sent, counted up to 255
 */
public record Challenge(
        ChallengeTag tag, Nonce nonce, long createdAt, long expiresAt, long lastSentAt, int attemptsUsed, int sends) {
    /** As many attempts used up as the most generous policy allows, so that none has one left. */
    public static final int EXHAUSTED = PolicyLimits.MAX_ATTEMPTS;

    /** The greatest count of sends. */
    public static final int MAX_SENDS = 255;

    boolean isExpired(long now) {
        return now >= expiresAt;
    }

    boolean isExhausted(int maxAttempts) {
        return attemptsUsed >= maxAttempts;
    }

    Challenge sentAgain(long now, long expiry) {
        return new Challenge(tag, nonce, createdAt, now + expiry, now, attemptsUsed, Math.min(sends + 1, MAX_SENDS));
    }

    /** Tells whether this is still what a send left: neither replaced nor sent again since; guesses do not matter. */
    boolean isAsSent(Challenge sent) {
        return nonce.equals(sent.nonce) && sends == sent.sends && lastSentAt == sent.lastSentAt;
    }

    Challenge attemptsUsed(int used) {
        return new Challenge(tag, nonce, createdAt, expiresAt, lastSentAt, used, sends);
    }
}
