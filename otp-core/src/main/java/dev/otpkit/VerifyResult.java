package dev.otpkit;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What became of a typed code. Immutable.
 *
 * <p>Ask {@link #isVerified()}, or match {@link Verified} and {@link Rejected}. Later versions may add outcomes and
 * reasons: a default branch must reject.
 */
public sealed interface VerifyResult {

    /**
     * Tells whether the code was right and has now been used.
     *
     * @return true for {@link Verified} alone
     */
    default boolean isVerified() {
        return this instanceof Verified;
    }

    /**
     * The code was right, in time, and is used up: of any number of requests with it, over all nodes, one gets this.
     *
     * @param recipient who received the code
     * @param purpose what it was sent for
     * @param verifiedAt when it was accepted
     */
    record Verified(Recipient recipient, String purpose, Instant verifiedAt) implements VerifyResult {

        /** Checks that nothing is null. */
        public Verified {
            Objects.requireNonNull(recipient, "recipient must not be null");
            Objects.requireNonNull(purpose, "purpose must not be null");
            Objects.requireNonNull(verifiedAt, "verifiedAt must not be null");
        }
    }

    /**
     * The code was not accepted.
     *
     * @param reason why
     * @param attemptsLeft how many more guesses at this challenge will be answered; present for WRONG_CODE only
     * @param retryAfter the moment from which on the same request may be answered, rounded up to a whole second;
     *     present for LOCKED and RATE_LIMITED only
     */
    record Rejected(Reason reason, OptionalInt attemptsLeft, Optional<Instant> retryAfter) implements VerifyResult {

        /** Checks that nothing is null. */
        public Rejected {
            Objects.requireNonNull(reason, "reason must not be null");
            Objects.requireNonNull(attemptsLeft, "attemptsLeft must not be null");
            Objects.requireNonNull(retryAfter, "retryAfter must not be null");
        }

        /** Why the code was not accepted. Only WRONG_CODE was compared with anything, and only it costs an attempt. */
        public enum Reason {
            /** A code is pending, and this is not it. */
            WRONG_CODE,
            /** The code's time is over. */
            EXPIRED,
            /** No code is pending: none was sent, or it was used, replaced or cancelled, or sent for something else. */
            NO_PENDING_CODE,
            /** All guesses at this challenge are used up; send a new code. */
            TOO_MANY_ATTEMPTS,
            /** Too many wrong codes of late; see {@link OtpPolicy#failureLimit()}. */
            LOCKED,
            /** No code of this purpose has such a length or such characters. */
            MALFORMED_CODE,
            /** The client's failure limit is used up; see {@link OtpManager.Builder#clientFailureLimit}. */
            RATE_LIMITED,
            /** The address is no phone number or mailbox. */
            INVALID_RECIPIENT,
            /** The challenge id was not made here, or for another purpose. */
            INVALID_CHALLENGE
        }
    }
}
