package dev.otpkit.channel.twilio;

import com.twilio.http.Request;
import com.twilio.http.Response;
import com.twilio.http.TwilioRestClient;
import com.twilio.rest.api.v2010.account.MessageCreator;
import dev.otpkit.channel.http.ProviderResponse;
import dev.otpkit.spi.Deadline;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The part that both channels share: one account, one sender, and one request for each message. Thread-safe. */
final class TwilioAccount {
    private final String channel;
    private final TwilioCredentials credentials;
    private final TwilioSender sender;
    private final @Nullable URI statusCallback;
    private final NonRetryingHttpClient http;
    private final TwilioRestClient.Builder client;

    TwilioAccount(
            String channel,
            TwilioCredentials credentials,
            TwilioSender sender,
            @Nullable URI statusCallback,
            NonRetryingHttpClient http) {
        this.channel = channel;
        this.credentials = credentials;
        this.sender = sender;
        this.statusCallback = statusCallback;
        this.http = http;
        this.client = new TwilioRestClient.Builder(credentials.user(), credentials.secret())
                .accountSid(credentials.accountSid())
                .httpClient(http);
    }

    String channel() {
        return channel;
    }

    /**
     * Returns the request for a message from this account's sender.
     *
     * @param prefix before both numbers; empty for SMS
     */
    MessageCreator message(String prefix, String to, @Nullable String body) {
        return sender.message(credentials.accountSid(), prefix, to, body);
    }

    /** Sets the URL for reports, and returns the id of the challenge in it; an empty text if there is none. */
    private String callBack(OtpMessage message, MessageCreator request) {
        URI url = statusCallback;
        if (url == null) {
            return "";
        }
        Optional<String> challengeId = message.challengeId()
                .filter(PublicUrl::isChallengeId)
                .filter(id -> PublicUrl.withChallenge(url.toString(), id).length() <= PublicUrl.MAX_LENGTH);
        request.setStatusCallback(challengeId
                .map(id -> URI.create(PublicUrl.withChallenge(url.toString(), id)))
                .orElse(url));
        return challengeId.orElse("");
    }

    /**
     * Posts a message, once, within the time-out and what is left of the message's deadline.
     *
     * @throws DeliveryException if Twilio did not accept it, or may not have; without a cause
     * @throws IllegalStateException if this account's channel is closed
     */
    DeliveryReceipt send(OtpMessage message, MessageCreator request) throws DeliveryException {
        String challengeId = callBack(message, request);
        try {
            return DeliveryReceipt.of(request.create(new SilentClient(client, credentials, http, message.deadline()))
                    .getSid());
        } catch (TwilioFailureException e) {
            String code = e.providerCode();
            throw new DeliveryException(DeliveryFailure.of(
                    channel,
                    e.kind(),
                    code == null ? null : credentials.redact(code, message, challengeId),
                    credentials.redact(e.detail(), message, challengeId)));
        }
    }

    /**
     * Confirms a message whose code was used, once.
     *
     * @throws DeliveryException if Twilio did not accept that
     * @throws IllegalArgumentException if it is not the SID of a message
     * @throws IllegalStateException if this account's channel is closed
     */
    void confirm(String messageSid) throws DeliveryException {
        if (!TwilioResponse.MESSAGE_SID.matcher(messageSid).matches()) {
            throw new IllegalArgumentException("providerMessageId must be the SID of a message");
        }
        String path = "/2010-04-01/Accounts/" + credentials.accountSid() + "/Messages/" + messageSid + "/Feedback.json";
        ProviderResponse response = http.post(path, credentials, "Outcome", "confirmed");
        if (!response.isSuccess()) {
            throw response.failure();
        }
    }

    void close() {
        http.close();
    }

    DeliveryException misconfigured(String detail) {
        return new DeliveryException(DeliveryFailure.of(channel, Kind.MISCONFIGURED, null, detail));
    }

    /** Returns the account and the sender, without a secret. */
    @Override
    public String toString() {
        return "name=" + channel + ", account=" + credentials.accountSid() + ", from=" + sender;
    }

    /**
     * The SDK's client for one message, since the SDK passes no deadline on. It is without the SDK's log, which shows
     * requests and the headers of responses. It costs no more than its fields: all clients share one JSON mapper.
     */
    private static final class SilentClient extends TwilioRestClient {
        private final TwilioCredentials credentials;
        private final NonRetryingHttpClient http;
        private final Deadline deadline;

        SilentClient(Builder settings, TwilioCredentials credentials, NonRetryingHttpClient http, Deadline deadline) {
            super(settings);
            this.credentials = credentials;
            this.http = http;
            this.deadline = deadline;
        }

        @Override
        public Response request(Request request) {
            request.setAuth(credentials.user(), credentials.secret());
            return http.post(request, deadline);
        }
    }
}
