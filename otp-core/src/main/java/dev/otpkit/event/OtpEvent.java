package dev.otpkit.event;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpPolicy;
import dev.otpkit.OtpRequest;
import dev.otpkit.RateLimit;
import dev.otpkit.Recipient;
import dev.otpkit.SendResult;
import dev.otpkit.TrafficLimits;
import dev.otpkit.VerifyResult;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryReport;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An event of a manager. Immutable; it never holds a code, and its {@code toString()} is safe to log.
 *
 * <p>Durations are measured by a monotonic clock, from the start of the call of the manager to the moment at which its
 * result was known. Later versions may add kinds of events and components: a default branch must ignore kinds that it
 * does not know.
 */
public sealed interface OtpEvent {

    /**
     * Returns the moment of the event.
     *
     * @return a moment on the manager's clock
     */
    Instant at();

    /**
     * A provider accepted a message, or may have accepted it; also a send in development mode or to a test recipient,
     * and a {@linkplain OtpRequest#decoy() decoy}, for which no message was sent.
     *
     * @param at the moment
     * @param recipient the recipient
     * @param purpose the purpose of the code
     * @param decoy true if the request was a decoy: do not count it among the messages. It stands here and in the
     *     stored record alone; the result of the call does not have it
     * @param channel the name of the channel that sent it or may have sent it; for a decoy, that would have sent it
     * @param confirmed false if the outcome is unknown
     * @param providerMessageId the provider's id of the message, if there is one; empty for a decoy
     * @param failures the failures of the channels that were tried before, and of this one if the outcome is unknown;
     *     empty for a decoy
     * @param duration the duration of the whole call, with the requests to the store
     * @param channelDurations the duration of each delivery that was tried, by the name of the channel, in the order of
     *     the attempts; empty for a test recipient and for a decoy
     */
    record Sent(
            Instant at,
            Recipient recipient,
            String purpose,
            boolean decoy,
            String channel,
            boolean confirmed,
            Optional<String> providerMessageId,
            List<DeliveryFailure> failures,
            Duration duration,
            Map<String, Duration> channelDurations)
            implements OtpEvent {

        /** Checks that nothing is null, and copies list and map. */
        public Sent {
            requireAll(at, recipient, purpose, channel, providerMessageId, duration);
            failures = List.copyOf(failures);
            channelDurations = copyOf(channelDurations);
        }
    }

    /**
     * A send was refused before a message was sent.
     *
     * @param at the moment
     * @param recipient the recipient; empty if the address is not a valid one
     * @param purpose the purpose of the request
     * @param reason the reason, as in the result
     * @param retryAfter the moment from which it may succeed, if waiting helps
     * @param limit the limit that is used up, for {@code LOCKED} and {@code RATE_LIMITED}; not in the result, since it
     *     is meant for operators and not for clients. For {@code TRAFFIC_LIMITED}, the {@link TrafficLimited} before
     *     this event has the figures
     * @param duration the duration of the whole call, with the requests to the store
     */
    record Refused(
            Instant at,
            Optional<Recipient> recipient,
            String purpose,
            SendResult.Refused.Reason reason,
            Optional<Instant> retryAfter,
            Optional<Limit> limit,
            Duration duration)
            implements OtpEvent {

        /** Checks that nothing is null. */
        public Refused {
            requireAll(at, recipient, purpose, reason, retryAfter, limit, duration);
        }
    }

    /**
     * A send exceeded a budget for messages to many recipients ({@link TrafficLimits}). It precedes the event of the
     * send itself: {@link Refused} if the budget is enforced, otherwise {@link Sent} or {@link Undelivered}.
     *
     * <p>{@code toString()} and the log name no prefix: with the last digits of a masked number it would be the whole
     * number.
     *
     * @param at the moment
     * @param budget the budget
     * @param key the owner of the budget: a country such as {@code SA}, a prefix such as {@code +96650123}, the log tag
     *     of a client address, or {@code all}
     * @param count the number of sends or, for {@link Budget#COUNTRIES_OF_CLIENT}, of countries, with this one
     * @param limit the greatest number that is allowed
     * @param window the time in which they count
     * @param enforced true if the send was refused; false if it went on, by {@link TrafficLimits.Mode#RECORD}
     * @param recipient the recipient
     * @param purpose the purpose of the request
     * @param duration from the start of the call to this event
     */
    record TrafficLimited(
            Instant at,
            Budget budget,
            String key,
            long count,
            long limit,
            Duration window,
            boolean enforced,
            Recipient recipient,
            String purpose,
            Duration duration)
            implements OtpEvent {

        /** Checks that nothing is null. */
        public TrafficLimited {
            requireAll(at, budget, key, window, recipient, purpose, duration);
        }

        /** Returns a text that is safe to log: a masked recipient, and no prefix. */
        @Override
        public String toString() {
            return "TrafficLimited[at=" + at + ", budget=" + budget
                    + (budget == Budget.PREFIX ? "" : ", key=" + key) + ", count=" + count + ", limit=" + limit
                    + ", window=" + window + ", enforced=" + enforced + ", recipient=" + recipient + ", purpose="
                    + purpose + ", duration=" + duration + "]";
        }

        /** The kind of a budget. */
        public enum Budget {
            /** {@link TrafficLimits.Builder#inAll}. */
            IN_ALL,
            /** {@link TrafficLimits.Builder#perCountry} and {@link TrafficLimits.Builder#country}. */
            COUNTRY,
            /** {@link TrafficLimits.Builder#perPrefix}. */
            PREFIX,
            /** {@link TrafficLimits.Builder#perClient}. */
            CLIENT,
            /** {@link TrafficLimits.Builder#countriesPerClient}. */
            COUNTRIES_OF_CLIENT,
            /** {@link TrafficLimits.Builder#conversion}, for a country. */
            COUNTRY_CONVERSION,
            /** {@link TrafficLimits.Builder#conversion}, for a client. */
            CLIENT_CONVERSION
        }
    }

    /**
     * No channel delivered the message; or the request was a {@linkplain OtpRequest#decoy() decoy}, which fails as
     * often as recent real sends did.
     *
     * @param at the moment
     * @param recipient the recipient
     * @param purpose the purpose of the code
     * @param decoy true if the request was a decoy: do not count it among the failures
     * @param failures the failures, one per channel that was tried, in order; empty for a decoy
     * @param duration the duration of the whole call, with the requests to the store
     * @param channelDurations the duration of each delivery that was tried, by the name of the channel, in the order of
     *     the attempts; empty for a decoy
     */
    record Undelivered(
            Instant at,
            Recipient recipient,
            String purpose,
            boolean decoy,
            List<DeliveryFailure> failures,
            Duration duration,
            Map<String, Duration> channelDurations)
            implements OtpEvent {

        /** Checks that nothing is null, and copies list and map. */
        public Undelivered {
            requireAll(at, recipient, purpose, duration);
            failures = List.copyOf(failures);
            channelDurations = copyOf(channelDurations);
        }
    }

    /**
     * A code was right, and is used up.
     *
     * @param at the moment
     * @param recipient the recipient of the code
     * @param purpose the purpose of the code
     * @param duration the duration of the whole call, with the requests to the store
     */
    record Verified(Instant at, Recipient recipient, String purpose, Duration duration) implements OtpEvent {

        /** Checks that nothing is null. */
        public Verified {
            requireAll(at, recipient, purpose, duration);
        }
    }

    /**
     * A code was not accepted.
     *
     * @param at the moment
     * @param recipient the recipient of the request; empty if the address or challenge id is not a valid one, or the
     *     code has more than 64 characters
     * @param purpose the purpose of the request
     * @param reason the reason, as in the result
     * @param attemptsLeft the number of guesses that will still be answered; present for {@code WRONG_CODE} only
     * @param retryAfter the moment from which a code may be answered, if waiting helps
     * @param limit the limit that is used up, for {@code LOCKED} and {@code RATE_LIMITED}: the one that is configured
     *     for this reason, also if a verifier of the application returned the reason
     * @param duration the duration of the whole call, with the requests to the store
     */
    record Rejected(
            Instant at,
            Optional<Recipient> recipient,
            String purpose,
            VerifyResult.Rejected.Reason reason,
            OptionalInt attemptsLeft,
            Optional<Instant> retryAfter,
            Optional<Limit> limit,
            Duration duration)
            implements OtpEvent {

        /** Checks that nothing is null. */
        public Rejected {
            requireAll(at, recipient, purpose, reason, attemptsLeft, retryAfter, limit, duration);
        }
    }

    /**
     * All pending codes of a recipient for a purpose were withdrawn by {@link OtpManager#cancel(Recipient, String)}.
     * There may have been none.
     *
     * @param at the moment
     * @param recipient the recipient
     * @param purpose the purpose
     * @param duration the duration of the whole call
     */
    record Cancelled(Instant at, Recipient recipient, String purpose, Duration duration) implements OtpEvent {

        /** Checks that nothing is null. */
        public Cancelled {
            requireAll(at, recipient, purpose, duration);
        }
    }

    /**
     * The failures of a recipient were removed by {@link OtpManager#unlock(Recipient)}. There may have been none.
     *
     * @param at the moment
     * @param recipient the recipient
     * @param duration the duration of the whole call
     */
    record Unlocked(Instant at, Recipient recipient, Duration duration) implements OtpEvent {

        /** Checks that nothing is null. */
        public Unlocked {
            requireAll(at, recipient, duration);
        }
    }

    /**
     * The status of a recipient was read by {@link OtpManager#status(Recipient, String)}. Nothing has changed.
     *
     * @param at the moment
     * @param recipient the recipient
     * @param purpose the purpose
     * @param duration the duration of the whole call
     */
    record StatusRead(Instant at, Recipient recipient, String purpose, Duration duration) implements OtpEvent {

        /** Checks that nothing is null. */
        public StatusRead {
            requireAll(at, recipient, purpose, duration);
        }
    }

    /**
     * Everything about a recipient was removed by {@link OtpManager#forget(Recipient)}. There may have been nothing.
     *
     * @param at the moment
     * @param recipient the recipient
     * @param duration the duration of the whole call
     */
    record Forgotten(Instant at, Recipient recipient, Duration duration) implements OtpEvent {

        /** Checks that nothing is null. */
        public Forgotten {
            requireAll(at, recipient, duration);
        }
    }

    /**
     * An opt-out was removed by {@link OtpManager#optIn(Recipient, String)}. There may have been none.
     *
     * @param at the moment
     * @param recipient the recipient
     * @param medium the medium that it may receive messages over again
     * @param duration the duration of the whole call
     */
    record OptedIn(Instant at, Recipient recipient, String medium, Duration duration) implements OtpEvent {

        /** Checks that nothing is null. */
        public OptedIn {
            requireAll(at, recipient, medium, duration);
        }
    }

    /**
     * The store could not answer.
     *
     * @param at the moment
     * @param operation the method of the manager that used it
     * @param recipient the recipient; empty if it is not known
     * @param purpose the purpose of the request; empty for {@link Operation#UNLOCK}, {@link Operation#FORGET} and
     *     {@link Operation#OPT_IN}
     * @param thrown true if the caller of the method received the exception; false if the method continued without the
     *     store, for example if an undelivered code could not be withdrawn after the result was known
     * @param detail the text of the exception, one line of at most 500 characters
     * @param duration from the start of the method to the failure
     */
    record StoreFailed(
            Instant at,
            Operation operation,
            Optional<Recipient> recipient,
            Optional<String> purpose,
            boolean thrown,
            String detail,
            Duration duration)
            implements OtpEvent {

        /** Checks that nothing is null. */
        public StoreFailed {
            requireAll(at, operation, recipient, purpose, detail, duration);
        }

        /** A method of the manager. */
        public enum Operation {
            /** {@code send}; nothing was sent if the exception was thrown. */
            SEND,
            /** {@code verify}; nothing was accepted if the exception was thrown. */
            VERIFY,
            /** {@code cancel}; the code may still be valid. */
            CANCEL,
            /** {@code unlock}; the failures may still count. */
            UNLOCK,
            /** {@code status}; nothing has changed. */
            STATUS,
            /** {@code forget}; some or all of it may still be there. */
            FORGET,
            /** {@code report}; the report was published, but may not be kept. */
            REPORT,
            /** {@code optIn}; sends over the medium may still be refused. */
            OPT_IN
        }
    }

    /**
     * A provider reported the delivery status of a message that it had accepted; see {@link OtpManager#report}. Reports
     * may be repeated and may come in any order.
     *
     * @param at the moment at which the report was received
     * @param recipient the recipient; empty if the report has no challenge id that this manager made
     * @param purpose the purpose of the code; empty as the recipient is
     * @param channel the name of the channel
     * @param providerMessageId the provider's id of the message, as in {@link Sent}
     * @param status the status that the provider reports
     * @param failure the reason, unless the message was delivered
     */
    record DeliveryReported(
            Instant at,
            Optional<Recipient> recipient,
            Optional<String> purpose,
            String channel,
            String providerMessageId,
            DeliveryReport.Status status,
            Optional<DeliveryFailure> failure)
            implements OtpEvent {

        /** Checks that nothing is null. */
        public DeliveryReported {
            requireAll(at, recipient, purpose, channel, providerMessageId, status, failure);
        }
    }

    /**
     * A limit that is used up.
     *
     * @param scope the group of events that it counts
     * @param rate the number of events and the length of the window
     */
    record Limit(Scope scope, RateLimit rate) {

        /** Checks that nothing is null. */
        public Limit {
            requireAll(scope, rate);
        }

        /** The group of events that a limit counts. */
        public enum Scope {
            /** The events of one recipient: {@link OtpPolicy#sendLimits()}, {@link OtpPolicy#failureLimit()}. */
            RECIPIENT,
            /**
             * The events of one client address: {@link OtpManager.Builder#clientSendLimit},
             * {@link OtpManager.Builder#clientFailureLimit}.
             */
            CLIENT,
            /** The events of one mailbox, over all its addresses: {@link OtpManager.Builder#mailboxSendLimit}. */
            MAILBOX
        }
    }

    private static void requireAll(Object... components) {
        for (Object component : components) {
            Objects.requireNonNull(component, "components of an event must not be null");
        }
    }

    private static Map<String, Duration> copyOf(Map<String, Duration> durations) {
        Map<String, Duration> copy = new LinkedHashMap<>(durations);
        copy.forEach(OtpEvent::requireAll);
        return Collections.unmodifiableMap(copy);
    }
}
