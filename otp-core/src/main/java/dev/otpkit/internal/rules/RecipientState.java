package dev.otpkit.internal.rules;

import dev.otpkit.internal.rules.Challenge.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is known of a recipient. Immutable; times are epoch milliseconds.
 *
 * @param sends the moments at which codes were sent, oldest first
 * @param failures the moments of wrong guesses, oldest first
 * @param challenges the pending challenges, and the expired and exhausted ones that were not replaced yet; at most
 *     {@link #MAX_CHALLENGES}, no two with the same tag
 * @param standing what is known of the recipient beyond its codes
 */
public record RecipientState(List<Long> sends, List<Long> failures, List<Challenge> challenges, Standing standing) {
    /** The greatest number of challenges of a recipient. */
    public static final int MAX_CHALLENGES = 4;

    /** A recipient of whom nothing is known. */
    public static final RecipientState UNKNOWN = new RecipientState(List.of(), List.of(), List.of());

    /** Creates the state of a recipient of whom only codes are known. */
    public RecipientState(List<Long> sends, List<Long> failures, List<Challenge> challenges) {
        this(sends, failures, challenges, Standing.NONE);
    }

    /**
     * The facts about a recipient, beyond its codes, that the configured features need.
     *
     * @param verifiedAt the moment of the last right code; null if none is remembered
     * @param optedOut the media over which it wants no messages, the latest last; at most {@link #MAX_OPTED_OUT}
     */
    public record Standing(@Nullable Long verifiedAt, List<String> optedOut) {
        /** Nothing. */
        public static final Standing NONE = new Standing(null, List.of());

        /** The greatest number of media. */
        public static final int MAX_OPTED_OUT = 15;

        /** Copies the list. */
        public Standing {
            optedOut = List.copyOf(optedOut);
        }

        /**
         * Returns the same, with one more medium over which it wants no messages; of too many, the oldest is left out.
         */
        Standing withOptOut(String medium) {
            if (optedOut.contains(medium)) {
                return this;
            }
            List<String> more = new ArrayList<>(optedOut);
            more.add(medium);
            return new Standing(verifiedAt, more.subList(Math.max(0, more.size() - MAX_OPTED_OUT), more.size()));
        }

        /** Returns the same, without a medium over which it wanted no messages. */
        Standing withoutOptOut(String medium) {
            return new Standing(
                    verifiedAt,
                    optedOut.stream().filter(each -> !each.equals(medium)).toList());
        }

        /** Returns a standing with another moment of the last right code. */
        Standing withVerifiedAt(@Nullable Long other) {
            return new Standing(other, optedOut);
        }

        boolean isNone() {
            return verifiedAt == null && optedOut.isEmpty();
        }

        // Written out, like hashCode: the generated ones are linked at run time, which takes a fresh JVM 10 ms and
        // more.
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Standing that
                    && Objects.equals(verifiedAt, that.verifiedAt)
                    && optedOut.equals(that.optedOut);
        }

        @Override
        public int hashCode() {
            return 31 * Objects.hashCode(verifiedAt) + optedOut.hashCode();
        }
    }

    /** Copies the lists. */
    public RecipientState {
        sends = List.copyOf(sends);
        failures = List.copyOf(failures);
        challenges = List.copyOf(challenges);
    }

    /** Returns true if there is nothing to keep. */
    public boolean isUnknown() {
        return sends.isEmpty() && failures.isEmpty() && challenges.isEmpty() && standing.isNone();
    }

    /**
     * Returns a state of which less is known, for a record that would be too long: without what is known of messages,
     * or else without the oldest opt-out; the same state if there is neither.
     */
    public RecipientState withLess() {
        List<Challenge> untraced =
                challenges.stream().map(each -> each.traced(Trace.NONE)).toList();
        if (!untraced.equals(challenges) || standing.optedOut().isEmpty()) {
            return new RecipientState(sends, failures, untraced, standing);
        }
        List<String> optedOut = standing.optedOut();
        return new RecipientState(
                sends, failures, challenges, new Standing(standing.verifiedAt(), optedOut.subList(1, optedOut.size())));
    }

    // Written out, like hashCode: the generated ones are linked at run time, which takes a fresh JVM 10 ms and more.
    @Override
    public boolean equals(Object other) {
        return other instanceof RecipientState that
                && sends.equals(that.sends)
                && failures.equals(that.failures)
                && challenges.equals(that.challenges)
                && standing.equals(that.standing);
    }

    @Override
    public int hashCode() {
        int events = 31 * sends.hashCode() + failures.hashCode();
        return 31 * (31 * events + challenges.hashCode()) + standing.hashCode();
    }
}
