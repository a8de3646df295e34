package dev.otpkit.channel.twilio;

import com.twilio.http.Request;
import com.twilio.http.Response;
import com.twilio.http.TwilioRestClient;
import com.twilio.rest.api.v2010.account.Message;
import com.twilio.rest.api.v2010.account.MessageCreator;
import com.twilio.type.PhoneNumber;
import dev.otpkit.channel.http.HttpCaller;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What both channels share: one account, one sender, and one message per call. Thread-safe. */
final class TwilioAccount {
    private final String channel;
    private final String accountSid;
    private final TwilioCredentials credentials;
    private final @Nullable String from;
    private final @Nullable String messagingServiceSid;
    private final @Nullable URI statusCallback;
    private final HttpCaller caller;
    private final TwilioRestClient client;

    TwilioAccount(TwilioBuilder<?> settings, String accountSid, TwilioCredentials credentials, Duration timeout) {
        this.channel = settings.name;
        this.accountSid = accountSid;
        this.credentials = credentials;
        this.from = settings.from;
        this.messagingServiceSid = settings.messagingServiceSid;
        this.statusCallback = settings.statusCallback;
        this.caller = HttpCaller.create(channel, timeout);
        this.client = new SilentClient(
                credentials,
                new TwilioRestClient.Builder(credentials.user(), credentials.secret())
                        .accountSid(accountSid)
                        .httpClient(new NonRetryingHttpClient(caller, settings.baseUrl)));
    }

    String channel() {
        return channel;
    }

    /**
     * Returns a message to be, from this account's sender.
     *
     * @param prefix before both numbers; empty for SMS
     */
    MessageCreator message(String prefix, String to, @Nullable String body) {
        PhoneNumber recipient = new PhoneNumber(prefix + to);
        MessageCreator message = from == null
                ? Message.creator(accountSid, recipient, Objects.requireNonNull(messagingServiceSid), body)
                : Message.creator(accountSid, recipient, new PhoneNumber(prefix + from), body);
        return statusCallback == null ? message : message.setStatusCallback(statusCallback);
    }

    /**
     * Posts a message, once.
     *
     * @throws DeliveryException if Twilio did not take it, or may not have; without a cause
     * @throws IllegalStateException if this account's channel is closed
     */
    DeliveryReceipt send(OtpMessage message, MessageCreator request) throws DeliveryException {
        try {
            return DeliveryReceipt.of(request.create(client).getSid());
        } catch (TwilioFailureException e) {
            String code = e.providerCode();
            throw new DeliveryException(DeliveryFailure.of(
                    channel,
                    e.kind(),
                    code == null ? null : credentials.redact(code, message),
                    credentials.redact(e.detail(), message)));
        }
    }

    void close() {
        caller.close();
    }

    DeliveryException misconfigured(String detail) {
        return new DeliveryException(DeliveryFailure.of(channel, Kind.MISCONFIGURED, null, detail));
    }

    /** Returns the account and the sender, without a secret. */
    @Override
    public String toString() {
        return "name=" + channel + ", account=" + accountSid + ", from=" + (from == null ? messagingServiceSid : from);
    }

    /** The SDK's client without its log, which shows requests and the answers' headers. */
    private static final class SilentClient extends TwilioRestClient {
        private final TwilioCredentials credentials;

        SilentClient(TwilioCredentials credentials, Builder builder) {
            super(builder);
            this.credentials = credentials;
        }

        @Override
        public Response request(Request request) {
            request.setAuth(credentials.user(), credentials.secret());
            return getHttpClient().reliableRequest(request);
        }
    }
}
