package dev.otpkit.channel.twilio;

import com.twilio.rest.api.v2010.account.MessageCreator;
import dev.otpkit.PhoneNumber;
import dev.otpkit.Recipient;
import dev.otpkit.channel.http.ChannelSettings;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFeedback;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Delivers codes by SMS through an account at Twilio. Thread-safe.
 *
 * <p>Each {@link #deliver} is one request, which is never repeated and ends within {@code timeout}, or by the message's
 * {@linkplain OtpMessage#deadline() deadline} if that is earlier: Twilio's library, which would repeat it, uses an HTTP
 * client of this module. Nothing of a delivery is logged, at any level, or kept. Twilio's check against SMS pumping
 * stays on.
 *
 * <p>A response becomes a kind of failure as follows. A code is Twilio's own, from <a
 * href="https://www.twilio.com/docs/api/errors">its dictionary</a>, in a 4xx or in a message that Twilio created and
 * refused at once:
 *
 * <table>
 * <caption>Responses and kinds of failure</caption>
 * <tr><th>Response</th><th>Kind</th></tr>
 * <tr><td>no connection; 30003, 63012; any other 4xx, with another code or none, be it HTML or empty</td>
 *     <td>{@code UNAVAILABLE}</td></tr>
 * <tr><td>14107, 20429, 21611, 30001, 30022, 30023, 30450, 63018, 63038; any other 429</td>
 *     <td>{@code THROTTLED}</td></tr>
 * <tr><td>21211, 21612, 21614, 21635, 30004 to 30006, 63003, 63024, 63032</td>
 *     <td>{@code RECIPIENT_REJECTED}</td></tr>
 * <tr><td>21610, 63014, 63033</td>
 *     <td>{@code OPTED_OUT}</td></tr>
 * <tr><td>20003, 20404, 21212, 21408, 21602 to 21604, 21606, 21608, 21617, 21619, 21654 to 21656, 21659, 21660,
 *     21703 to 21705, 21910, 30002, 30007, 30018, 30024, 30032, 30034, 63007, 63013, 63015, 63016, 63020, 63021, 63027,
 *     63028, 63040 to 63042, 63051; any other 401 and 403; a certificate that is not trusted</td>
 *     <td>{@code MISCONFIGURED}</td></tr>
 * <tr><td>3xx, 5xx, a 2xx without a message's SID; 20500, 20503, 30008, 30410; no response, or a broken one, after
 *     the request may have left</td>
 *     <td>{@code UNCERTAIN}</td></tr>
 * </table>
 *
 * <p>A failure's provider code is Twilio's code, or the HTTP status if there is none. Most codes from 30000 on come
 * later, in a report that {@link TwilioStatusCallback} reads. A receipt's message id is the message's SID: the message
 * is then in Twilio's queue and has not yet been delivered.
 */
public final class TwilioSmsChannel implements DeliveryChannel, DeliveryFeedback {
    private static final int MAX_VALIDITY_SECONDS = 36_000;

    private final TwilioAccount account;
    private final boolean providesFeedback;

    private TwilioSmsChannel(TwilioAccount account, boolean providesFeedback) {
        this.account = account;
        this.providesFeedback = providesFeedback;
    }

    /**
     * Returns a builder that holds the defaults.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns a builder with the values of these environment variables: {@code TWILIO_ACCOUNT_SID};
     * {@code TWILIO_API_KEY} and {@code TWILIO_API_SECRET}, or else {@code TWILIO_AUTH_TOKEN};
     * {@code TWILIO_MESSAGING_SERVICE_SID}, or else {@code TWILIO_PHONE_NUMBER}. An empty one counts as missing.
     *
     * @param environment {@code System.getenv()}, or a substitute for it
     * @return a new builder
     * @throws IllegalArgumentException if one is missing or out of range; the text names the variable
     */
    public static Builder fromEnvironment(Map<String, String> environment) {
        Builder builder = new Builder().signInFrom(environment);
        Optional<String> service = ChannelSettings.optional(environment, "TWILIO_MESSAGING_SERVICE_SID");
        if (service.isPresent()) {
            return builder.messagingServiceSid(
                    "TWILIO_MESSAGING_SERVICE_SID", service.get().strip());
        }
        return builder.from(
                "TWILIO_PHONE_NUMBER",
                ChannelSettings.optional(environment, "TWILIO_PHONE_NUMBER")
                        .orElseThrow(() -> new IllegalArgumentException(
                                "environment must have TWILIO_PHONE_NUMBER or TWILIO_MESSAGING_SERVICE_SID"))
                        .strip());
    }

    @Override
    public String name() {
        return account.channel();
    }

    /**
     * Returns {@code sms}.
     *
     * @return always the same
     */
    @Override
    public String medium() {
        return "sms";
    }

    /**
     * Returns whether the recipient is a phone number.
     *
     * @param recipient the recipient of a message
     * @return false for an email address
     */
    @Override
    public boolean supports(Recipient recipient) {
        return recipient instanceof PhoneNumber;
    }

    /**
     * Sends the message to Twilio. Twilio discards it if it cannot forward it while the code is valid: its
     * {@code ValidityPeriod} is {@link OtpMessage#validFor()} in whole seconds, at least 1 and at most 36000.
     *
     * @param message for a phone number
     * @return a receipt with the message's SID
     * @throws DeliveryException if Twilio did not accept the message, or may not have; without a cause
     * @throws IllegalArgumentException if the recipient is not a phone number
     * @throws IllegalStateException if this channel is closed
     */
    @Override
    public DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
        Objects.requireNonNull(message, "message must not be null");
        if (!supports(message.recipient())) {
            throw new IllegalArgumentException("recipient must be a phone number, but was " + message.recipient());
        }
        long seconds =
                Math.max(1, Math.min(MAX_VALIDITY_SECONDS, message.validFor().toSeconds()));
        MessageCreator request = account.message("", message.recipient().address(), message.text())
                .setValidityPeriod((int) seconds);
        if (providesFeedback) {
            request.setProvideFeedback(true);
        }
        return account.send(message, request);
    }

    /**
     * Returns whether {@link Builder#provideFeedback} is on.
     *
     * @return always the same
     */
    @Override
    public boolean wantsFeedback() {
        return providesFeedback;
    }

    /**
     * Confirms a message to Twilio, by one request to its {@code Feedback.json}, which is never repeated and ends
     * within {@code timeout}.
     *
     * @param providerMessageId the message's SID
     * @throws DeliveryException if Twilio did not accept that, or did not respond; without a cause
     * @throws IllegalArgumentException if it is not the SID of a message
     * @throws IllegalStateException if this channel is closed
     */
    @Override
    public void used(String providerMessageId) throws DeliveryException {
        account.confirm(Objects.requireNonNull(providerMessageId, "providerMessageId must not be null"));
    }

    /**
     * Ends the connections and threads. A delivery in progress is completed within its time-out; a new one is refused.
     * Closing a closed channel does nothing. A channel that is not closed holds its connections and threads until it is
     * garbage-collected.
     */
    @Override
    public void close() {
        account.close();
    }

    /** Returns the name, the account and the sender; no credentials. */
    @Override
    public String toString() {
        return "TwilioSmsChannel[" + account + "]";
    }

    /** Builds a channel. Not thread-safe; each setter checks its range at once. */
    public static final class Builder extends TwilioBuilder<Builder> {
        private static final Pattern SENDER =
                Pattern.compile("\\+[1-9][0-9]{6,14}|[0-9]{3,8}|(?=.*[A-Za-z])(?! )[A-Za-z0-9 &+_-]{1,11}(?<! )");

        private boolean provideFeedback;

        private Builder() {
            super("twilio-sms");
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * Sets the sender; required unless there is a {@code messagingServiceSid}.
         *
         * @param from a number of the account in E.164, a short code, or an alphanumeric sender id: 1 to 11 of
         *     {@code A-Z a-z 0-9 & + - _} and blanks, with a letter
         * @return this builder
         */
        public Builder from(String from) {
            return from("from", from);
        }

        private Builder from(String argument, String from) {
            this.from = ChannelSettings.matching(
                    argument, from, SENDER, "a number in E.164, a short code, or a sender id of 1 to 11 with a letter");
            return this;
        }

        /**
         * Sets whether Twilio receives feedback on messages whose code was used ({@code ProvideFeedback}, and a request
         * to {@code Feedback.json} for each such code); false by default. The manager then keeps the SID of the last
         * message in its store; see {@link DeliveryFeedback}.
         *
         * @param provideFeedback true to confirm messages
         * @return this builder
         */
        public Builder provideFeedback(boolean provideFeedback) {
            this.provideFeedback = provideFeedback;
            return this;
        }

        /**
         * Returns the channel. Nothing is connected yet.
         *
         * @return a channel, to be closed by its owner
         * @throws IllegalStateException if accountSid is missing, or if not exactly one is set of authToken and apiKey,
         *     or of from and messagingServiceSid
         */
        public TwilioSmsChannel build() {
            return new TwilioSmsChannel(account(), provideFeedback);
        }

        /** Returns the settings, without credentials. */
        @Override
        public String toString() {
            return "TwilioSmsChannel.Builder" + settings();
        }
    }
}
