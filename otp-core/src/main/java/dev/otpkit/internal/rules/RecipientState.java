package dev.otpkit.internal.rules;

import java.util.List;

/**
 * Everything that is known of a recipient. Immutable; times are epoch milliseconds.
 *
 * @param sends the moments at which codes were sent, oldest first
 * @param failures the moments of wrong guesses, oldest first
 * @param challenges the pending challenges, and the expired and exhausted ones that were not replaced yet; at most
 *     {@link #MAX_CHALLENGES}, no two with the same tag
 */
public record RecipientState(List<Long> sends, List<Long> failures, List<Challenge> challenges) {
    /** The greatest number of challenges of a recipient. */
    public static final int MAX_CHALLENGES = 4;

    /** A recipient of whom nothing is known. */
    public static final RecipientState UNKNOWN = new RecipientState(List.of(), List.of(), List.of());

    /** Copies the lists. */
    public RecipientState {
        sends = List.copyOf(sends);
        failures = List.copyOf(failures);
        challenges = List.copyOf(challenges);
    }

    /** Returns true if there is nothing to keep. */
    public boolean isUnknown() {
        return sends.isEmpty() && failures.isEmpty() && challenges.isEmpty();
    }

    // Written out, like hashCode: the generated ones are linked at run time, which takes a fresh JVM 10 ms and more.
    @Override
    public boolean equals(Object other) {
        return other instanceof RecipientState that
                && sends.equals(that.sends)
                && failures.equals(that.failures)
                && challenges.equals(that.challenges);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * sends.hashCode() + failures.hashCode()) + challenges.hashCode();
    }
}
