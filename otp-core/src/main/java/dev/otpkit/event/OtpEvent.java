package dev.otpkit.event;

import dev.otpkit.Recipient;
import dev.otpkit.SendResult;
import dev.otpkit.VerifyResult;
import dev.otpkit.spi.DeliveryFailure;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/** Something that happened. Immutable; never holds a code, and its {@code toString()} is safe to log. */
public sealed interface OtpEvent {

    /**
     * Returns when it happened.
     *
     * @return on the manager's clock
     */
    Instant at();

    /**
     * A provider took a message, or may have.
     *
     * @param at when
     * @param recipient whom it went to
     * @param purpose what the code will allow
     * @param channel the name of the channel that took it
     * @param confirmed false if the outcome is uncertain
     * @param providerMessageId the provider's name for the message, if any
     * @param failures of the channels that were tried before, and of this one if uncertain
     */
    record Sent(
            Instant at,
            Recipient recipient,
            String purpose,
            String channel,
            boolean confirmed,
            Optional<String> providerMessageId,
            List<DeliveryFailure> failures)
            implements OtpEvent {

        /** Checks that nothing is null, and copies the list. */
        public Sent {
            requireAll(at, recipient, purpose, channel, providerMessageId);
            failures = List.copyOf(failures);
        }
    }

    /**
     * A send was refused before anything left.
     *
     * @param at when
     * @param recipient whom it was meant for; empty if the address is none
     * @param purpose what the code would have allowed
     * @param reason why
     * @param retryAfter when it may succeed, if waiting helps
     */
    record Refused(
            Instant at,
            Optional<Recipient> recipient,
            String purpose,
            SendResult.Refused.Reason reason,
            Optional<Instant> retryAfter)
            implements OtpEvent {

        /** Checks that nothing is null. */
        public Refused {
            requireAll(at, recipient, purpose, reason, retryAfter);
        }
    }

    /**
     * No channel delivered.
     *
     * @param at when
     * @param recipient whom it was meant for
     * @param purpose what the code would have allowed
     * @param failures one per channel that was tried, in order
     */
    record Undelivered(Instant at, Recipient recipient, String purpose, List<DeliveryFailure> failures)
            implements OtpEvent {

        /** Checks that nothing is null, and copies the list. */
        public Undelivered {
            requireAll(at, recipient, purpose);
            failures = List.copyOf(failures);
        }
    }

    /**
     * A code was right and is used up.
     *
     * @param at when
     * @param recipient who received it
     * @param purpose what it was sent for
     */
    record Verified(Instant at, Recipient recipient, String purpose) implements OtpEvent {

        /** Checks that nothing is null. */
        public Verified {
            requireAll(at, recipient, purpose);
        }
    }

    /**
     * A code was not accepted.
     *
     * @param at when
     * @param recipient whose code it would have been; empty if the address or challenge id is none
     * @param purpose what it was typed for
     * @param reason why
     * @param attemptsLeft how many more guesses will be answered; for a wrong code
     * @param retryAfter when it may be answered, if waiting helps
     */
    record Rejected(
            Instant at,
            Optional<Recipient> recipient,
            String purpose,
            VerifyResult.Rejected.Reason reason,
            OptionalInt attemptsLeft,
            Optional<Instant> retryAfter)
            implements OtpEvent {

        /** Checks that nothing is null. */
        public Rejected {
            requireAll(at, recipient, purpose, reason, attemptsLeft, retryAfter);
        }
    }

    /**
     * A provider reported what became of a message that it had taken. Reports may come twice and in any order.
     *
     * @param at when the report came
     * @param channel the name of the channel
     * @param providerMessageId the provider's name for the message, as in {@link Sent}
     * @param status what the provider says
     * @param failure why, unless it was delivered
     */
    record DeliveryReported(
            Instant at, String channel, String providerMessageId, Status status, Optional<DeliveryFailure> failure)
            implements OtpEvent {

        /** Checks that nothing is null. */
        public DeliveryReported {
            requireAll(at, channel, providerMessageId, status, failure);
        }

        /** What a provider says of a message that it took. */
        public enum Status {
            /** It reached the device or mailbox. */
            DELIVERED,
            /** The carrier could not deliver it. */
            UNDELIVERED,
            /** The provider could not send it. */
            FAILED
        }
    }

    private static void requireAll(Object... components) {
        for (Object component : components) {
            Objects.requireNonNull(component, "components of an event must not be null");
        }
    }
}
