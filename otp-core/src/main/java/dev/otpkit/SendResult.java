package dev.otpkit;

import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.OtpMessage;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The result of a request to send a code. Immutable.
 *
 * <p>Use {@link #isSent()}, or match {@link Sent}, {@link Refused} and {@link Undelivered}. Later versions may add
 * outcomes and reasons: a default branch must treat them as not sent.
 */
public sealed interface SendResult {

    /**
     * Returns whether the request succeeded, so that the code can be verified.
     *
     * @return true for {@link Sent} alone
     */
    default boolean isSent() {
        return this instanceof Sent;
    }

    /**
     * A provider accepted the message, or may have accepted it ({@link #confirmed()}), and the code can be verified.
     * Acceptance does not mean that the message arrives. For a test recipient, in development mode and for a
     * {@linkplain OtpRequest#decoy() decoy}, no message is sent, and no guess at the code of a decoy is right.
     */
    final class Sent implements SendResult {
        private @Nullable Supplier<String> challengeIds;
        private final Recipient recipient;
        private final String channel;
        private final Instant expiresAt;
        private final Instant resendAfter;
        private final boolean confirmed;
        private final @Nullable String providerMessageId;
        private final @Nullable OtpMessage developmentMessage;
        private @Nullable String challengeId;

        Sent(
                Supplier<String> challengeIds,
                Recipient recipient,
                String channel,
                Instant expiresAt,
                Instant resendAfter,
                boolean confirmed,
                @Nullable String providerMessageId,
                @Nullable OtpMessage developmentMessage) {
            this.challengeIds = challengeIds;
            this.recipient = recipient;
            this.channel = channel;
            this.expiresAt = expiresAt;
            this.resendAfter = resendAfter;
            this.confirmed = confirmed;
            this.providerMessageId = providerMessageId;
            this.developmentMessage = developmentMessage;
        }

        /**
         * Returns the id of the challenge. The application gives it to the client and, with the typed code, to
         * {@link VerifyRequest#ofChallenge}, which needs no recipient. The id is opaque and unforgeable, and reveals no
         * more than the length of the address. It is made at the first call, since many applications need none.
         *
         * @return at most 1024 characters of base64url, the same at each call
         */
        public synchronized String challengeId() {
            if (challengeIds != null) {
                challengeId = challengeIds.get();
                // It knows the keys, which a result should not lead to for longer than needed.
                challengeIds = null;
            }
            return Objects.requireNonNull(challengeId);
        }

        /**
         * Returns the recipient of the code.
         *
         * @return the recipient in canonical form
         */
        public Recipient recipient() {
            return recipient;
        }

        /**
         * Returns the name of the channel that sent the message or may have sent it.
         *
         * @return a channel's {@code name()}; {@code development} in development mode, {@code test} for a test
         *     recipient
         */
        public String channel() {
            return channel;
        }

        /**
         * Returns the moment from which the code is no longer accepted. A later send that repeats the code extends it
         * ({@link Resend#REUSE}); one that replaces the code ends it at once.
         *
         * @return a moment of the manager's clock, in whole milliseconds
         */
        public Instant expiresAt() {
            return expiresAt;
        }

        /**
         * Returns the moment from which another send for the same challenge is no longer too soon; limits may still
         * refuse it.
         *
         * @return a moment of the manager's clock, in whole milliseconds
         */
        public Instant resendAfter() {
            return resendAfter;
        }

        /**
         * Returns whether the provider confirmed that it accepted the message.
         *
         * @return false if the outcome is unknown, for example after a time-out once the request may have left; the
         *     code is valid
         */
        public boolean confirmed() {
            return confirmed;
        }

        /**
         * Returns the provider's id of the message.
         *
         * @return empty if the provider gave none, or did not confirm the message
         */
        public Optional<String> providerMessageId() {
            return Optional.ofNullable(providerMessageId);
        }

        /**
         * Returns the code, in development mode only. That of a {@linkplain OtpRequest#decoy() decoy} is never right.
         *
         * @return empty outside development mode and for test recipients; there is no other way to obtain a code
         */
        public Optional<String> developmentCode() {
            return developmentMessage().map(OtpMessage::code);
        }

        /**
         * Returns the message that a channel would have sent, in development mode only: with subject, text and HTML, as
         * rendered.
         *
         * @return empty outside development mode and for test recipients
         */
        public Optional<OtpMessage> developmentMessage() {
            return Optional.ofNullable(developmentMessage);
        }

        /** Returns a text that is safe to log: no code, a masked recipient. */
        @Override
        public String toString() {
            return "Sent[recipient=" + recipient + ", channel=" + channel + ", expiresAt=" + expiresAt
                    + ", resendAfter=" + resendAfter + ", confirmed=" + confirmed + ", providerMessageId="
                    + providerMessageId + "]";
        }
    }

    /**
     * Nothing was sent, and no limit and no pending code has changed.
     *
     * @param reason the reason; if several apply, the first of LOCKED, RATE_LIMITED, RESEND_TOO_SOON and
     *     TRAFFIC_LIMITED
     * @param retryAfter the moment from which the same request may succeed, rounded up to a whole second: the latest of
     *     all reasons that apply, and for TRAFFIC_LIMITED that of the first budget that refuses; empty if waiting does
     *     not help
     */
    record Refused(Reason reason, Optional<Instant> retryAfter) implements SendResult {

        /** Checks that nothing is null. */
        public Refused {
            Objects.requireNonNull(reason, "reason must not be null");
            Objects.requireNonNull(retryAfter, "retryAfter must not be null");
        }

        /** The reason of a refusal. Later versions may add reasons. */
        public enum Reason {
            /** The address is not a valid phone number or mailbox. */
            INVALID_RECIPIENT,
            /** The recipient filter does not allow the recipient, or the guard of the application refuses the send. */
            NOT_ALLOWED,
            /**
             * The guard of the application allows the send only with a proof, such as the token of a CAPTCHA: send
             * again with {@link OtpRequest#proof}.
             */
            PROOF_REQUIRED,
            /** No channel, or none of the requested ones, supports the recipient. */
            NO_CHANNEL,
            /**
             * The recipient has opted out of messages over each medium of the requested channels: a provider said so.
             * Waiting does not help; see {@link OtpManager#optIn(Recipient, String)}.
             */
            OPTED_OUT,
            /** Too many recent wrong codes for the recipient; see {@link OtpPolicy#failureLimit()}. */
            LOCKED,
            /** A send limit of the recipient, of the client or of the mailbox is used up. */
            RATE_LIMITED,
            /** The last message for this challenge was sent too recently; see {@link OtpPolicy#resendCooldown()}. */
            RESEND_TOO_SOON,
            /**
             * A budget for messages to many recipients is used up, or too few of them are verified; see
             * {@link OtpManager.Builder#trafficLimits}. The cause may lie with other recipients or clients.
             */
            TRAFFIC_LIMITED
        }
    }

    /**
     * Every channel failed, and none can have sent the message. The send counts towards the limits; apart from that,
     * its effects are undone: a challenge that this request created is withdrawn, one that it repeated has its old
     * expiry, and one that it replaced is valid again. Guesses that were made in the meantime stay counted. If another
     * request has resent or replaced the challenge in the meantime, nothing is undone.
     *
     * @param failures the failures, one per channel that was tried, in order
     */
    record Undelivered(List<DeliveryFailure> failures) implements SendResult {

        /** Copies the list. */
        public Undelivered {
            failures = List.copyOf(failures);
        }
    }
}
