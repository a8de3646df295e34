package dev.otpkit.internal.rules;

import java.util.List;

/**
 * The answers of the rules about one purpose of a recipient at a moment, before anyone sends or guesses. Moments are
 * epoch milliseconds; one that equals {@code now} means that there is nothing to wait for.
 *
 * @param now the moment at which it holds
 * @param expiresAt the moment from which on no pending challenge is accepted; now if none is pending
 * @param attemptsLeft the number of guesses that will still be answered for the pending challenge that was sent last;
 *     zero under a lock, or if none is pending
 * @param sendsLeft the number of sends that the tightest limit still allows
 * @param cooledAt the end of the cooldowns of the pending challenges
 * @param unlockedAt the end of the lock
 * @param nextSendAt the moment from which on a send is allowed
 * @param optedOut the media over which the recipient wants no messages
 */
public record PurposeStatus(
        long now,
        long expiresAt,
        int attemptsLeft,
        int sendsLeft,
        long cooledAt,
        long unlockedAt,
        long nextSendAt,
        List<String> optedOut) {
    /** Copies the list. */
    public PurposeStatus {
        optedOut = List.copyOf(optedOut);
    }

    /** Returns true if a code is pending. */
    public boolean isPending() {
        return now < expiresAt;
    }

    /**
     * Returns the status over two records of one recipient. Sends go to this one, so its limits, cooldowns and opt-outs
     * alone count. A verification looks at both: its guess is compared as long as one of them has a code and is not
     * locked.
     *
     * @param other the status by the record under another secret, at the same moment
     */
    public PurposeStatus and(PurposeStatus other) {
        int attempts = Math.max(attemptsLeft, other.attemptsLeft);
        return new PurposeStatus(
                now,
                Math.max(expiresAt, other.expiresAt),
                attempts,
                sendsLeft,
                cooledAt,
                attempts > 0 ? now : Math.max(unlockedAt, other.unlockedAt),
                nextSendAt,
                optedOut);
    }
}
