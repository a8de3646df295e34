package dev.otpkit.internal.rules;

import java.util.List;

/**
 * All that is known of a recipient. Immutable; times are epoch milliseconds.
 *
 * @param sends when codes were sent, oldest first
 * @param failures when guesses were wrong, oldest first
 * @param challenges what is pending, and what has expired or is exhausted and was not replaced yet; at most
 *     {@link #MAX_CHALLENGES}, no two with the same tag
 */
public record RecipientState(List<Long> sends, List<Long> failures, List<Challenge> challenges) {
    /** How many challenges a recipient can have. */
    public static final int MAX_CHALLENGES = 4;

    /** A recipient of whom nothing is known. */
    public static final RecipientState UNKNOWN = new RecipientState(List.of(), List.of(), List.of());

    /** Copies the lists. */
    public RecipientState {
        sends = List.copyOf(sends);
        failures = List.copyOf(failures);
        challenges = List.copyOf(challenges);
    }

    /** Tells whether there is nothing to keep. */
    public boolean isUnknown() {
        return equals(UNKNOWN);
    }
}
