package dev.otpkit;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The result of verifying a code. Immutable.
 *
 * <p>Use {@link #isVerified()}, or match {@link Verified} and {@link Rejected}. Later versions may add outcomes and
 * reasons: a default branch must reject.
 */
public sealed interface VerifyResult {

    /**
     * Returns whether the code was right and is now used up.
     *
     * @return true for {@link Verified} alone
     */
    default boolean isVerified() {
        return this instanceof Verified;
    }

    /**
     * The code was right and not expired, and is now used up: of any number of requests with the same code, on all
     * nodes, exactly one gets this result.
     *
     * @param recipient the recipient of the code
     * @param purpose the purpose of the code
     * @param verifiedAt the moment at which it was accepted, on the manager's clock
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
     * @param reason the reason
     * @param attemptsLeft the number of guesses at this challenge that will still be answered; present for WRONG_CODE
     *     only
     * @param retryAfter the moment from which the same request may be answered, rounded up to a whole second; present
     *     for LOCKED and RATE_LIMITED only
     */
    record Rejected(Reason reason, OptionalInt attemptsLeft, Optional<Instant> retryAfter) implements VerifyResult {

        /** Checks that nothing is null. */
        public Rejected {
            Objects.requireNonNull(reason, "reason must not be null");
            Objects.requireNonNull(attemptsLeft, "attemptsLeft must not be null");
            Objects.requireNonNull(retryAfter, "retryAfter must not be null");
        }

        /**
         * The reason of a rejection. Only for WRONG_CODE was the code compared, and only it costs an attempt. Later
         * versions may add reasons.
         */
        public enum Reason {
            /** A code is pending, and the typed one differs from it. */
            WRONG_CODE,
            /** The code has expired. */
            EXPIRED,
            /**
             * No code is pending: none was sent, or it was used, replaced or cancelled, or sent for something else,
             * such as another purpose, binding or detail.
             */
            NO_PENDING_CODE,
            /** All attempts at this challenge are used up; send a new code. */
            TOO_MANY_ATTEMPTS,
            /** Too many recent wrong codes for the recipient; see {@link OtpPolicy#failureLimit()}. */
            LOCKED,
            /** The typed text does not have the length or the characters of a code of this purpose. */
            MALFORMED_CODE,
            /** The client's failure limit is used up; see {@link OtpManager.Builder#clientFailureLimit}. */
            RATE_LIMITED,
            /** The address is not a valid phone number or mailbox. */
            INVALID_RECIPIENT,
            /**
             * The challenge id was not issued under the secret, or the previous one, and the namespace of this manager,
             * or was issued for another purpose.
             */
            INVALID_CHALLENGE
        }
    }
}
