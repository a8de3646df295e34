package dev.otpkit.channel.smtp;

import com.google.gson.JsonObject;
import dev.otpkit.EmailAddress;
import dev.otpkit.Recipient;
import dev.otpkit.channel.http.ChannelSettings;
import dev.otpkit.channel.http.HttpCaller;
import dev.otpkit.channel.http.ProviderRequest;
import dev.otpkit.channel.http.ProviderResponse;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Delivers codes by email through the Gmail API, from a Google account: the same mails as {@link SmtpChannel} sends, by
 * {@code users.messages.send}. The scope {@code https://www.googleapis.com/auth/gmail.send}, which does not allow
 * reading mail, is enough. Thread-safe.
 *
 * <p>Each delivery is one request to Gmail, which is never repeated; without an access token no request is made. It
 * ends within {@link Builder#timeout}, or by the message's {@linkplain OtpMessage#deadline() deadline} if that is
 * earlier, the request for a token included. Nothing of a delivery is logged, at any level.
 *
 * <p>Responses and kinds of failure, apart from those of the token endpoint ({@link OAuth2}):
 *
 * <table>
 * <caption>Responses and kinds of failure</caption>
 * <tr><th>Response</th><th>Kind</th></tr>
 * <tr><td>2xx with an {@code id}</td><td>a receipt with that id</td></tr>
 * <tr><td>any other 2xx, 3xx, 5xx; no response or a broken connection after the request may have left</td>
 *     <td>{@code UNCERTAIN}</td></tr>
 * <tr><td>429; 403 with a limit as its reason, such as {@code userRateLimitExceeded}</td>
 *     <td>{@code THROTTLED}</td></tr>
 * <tr><td>400 about the recipient</td><td>{@code RECIPIENT_REJECTED}</td></tr>
 * <tr><td>401, after which the token is dropped; any other 400 or 403; 404; a certificate that is not trusted</td>
 *     <td>{@code MISCONFIGURED}</td></tr>
 * <tr><td>any other 4xx; no connection</td><td>{@code UNAVAILABLE}</td></tr>
 * </table>
 *
 * <p>A failure's provider code is Google's reason, or the status if there is none.
 */
public final class GmailApiChannel implements DeliveryChannel {
    private static final Session SESSION = Session.getInstance(new Properties());
    private static final String GRANT = " The refresh token must come from the sender's account and allow the scope"
            + " https://www.googleapis.com/auth/gmail.send, and the Gmail API be enabled in the client's project.";

    private final String name;
    private final @Nullable FromMailbox from;
    private final OAuth2 tokens;
    private final URI url;
    private final Duration timeout;
    private final HttpCaller caller;

    private GmailApiChannel(Builder builder, OAuth2 tokens) {
        this.name = builder.name;
        this.from = builder.from;
        this.tokens = tokens;
        this.url = URI.create(builder.baseUrl + "/gmail/v1/users/me/messages/send");
        this.timeout = builder.timeout;
        this.caller = HttpCaller.create(name, timeout);
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
     * Returns a builder with the settings of these environment variables: {@code EMAIL_CLIENT_ID},
     * {@code EMAIL_CLIENT_SECRET}, {@code EMAIL_REFRESH_TOKEN}, and if it is set {@code EMAIL_FROM}, or else
     * {@code DEFAULT_FROM_EMAIL}. An empty variable counts as missing.
     *
     * @param environment {@code System.getenv()}, or a map in its place
     * @return a new builder
     * @throws IllegalArgumentException if one of the first three is missing, or a value is out of range; the text names
     *     the variable
     */
    public static Builder fromEnvironment(Map<String, String> environment) {
        Builder builder = new Builder().oauth2(OAuth2.googleFromEnvironment(environment));
        SmtpVariables.from(environment).ifPresent(from -> builder.from = from);
        return builder;
    }

    @Override
    public String name() {
        return name;
    }

    /**
     * Returns {@code email}.
     *
     * @return always the same
     */
    @Override
    public String medium() {
        return "email";
    }

    /**
     * Returns true if the recipient is an email address.
     *
     * @param recipient the recipient of a message
     * @return false for a phone number
     */
    @Override
    public boolean supports(Recipient recipient) {
        return recipient instanceof EmailAddress;
    }

    /**
     * Sends the message as one mail, to its recipient alone.
     *
     * @param message for an email address
     * @return a receipt with Gmail's id of the message
     * @throws DeliveryException if there was no token, or Gmail did not accept the message, or may not have accepted
     *     it; without a cause
     * @throws IllegalArgumentException if the recipient is no email address
     * @throws IllegalStateException if this channel is closed
     */
    @Override
    public DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
        Objects.requireNonNull(message, "message must not be null");
        if (!supports(message.recipient())) {
            throw new IllegalArgumentException("recipient must be an email address, but was " + message.recipient());
        }
        long deadline = System.nanoTime() + message.deadline().atMost(timeout).toNanos();
        try {
            return send(message, tokens.token(deadline), deadline);
        } catch (OAuth2Exception e) {
            throw e.asFailureOf(name, message);
        }
    }

    private DeliveryReceipt send(OtpMessage message, String token, long deadline) throws DeliveryException {
        JsonObject body = new JsonObject();
        body.addProperty("raw", raw(OtpMail.of(SESSION, from, message, Instant.now())));
        ProviderResponse response = caller.send(
                message,
                ProviderRequest.post(url)
                        .bearer(token)
                        .header("Accept", "application/json")
                        .text("application/json; charset=UTF-8", body.toString())
                        .within(Duration.ofNanos(deadline - System.nanoTime())));
        GmailResponse gmail = GmailResponse.of(response.status(), response.body());
        if (gmail.isAccepted()) {
            return response.receipt(gmail.id());
        }
        if (gmail.status() == 401) {
            tokens.refused(token);
        }
        throw response.failure(GmailErrors.kind(gmail), GmailErrors.code(gmail), detail(gmail));
    }

    private String detail(GmailResponse response) {
        StringBuilder text =
                new StringBuilder().append(url.getRawAuthority()).append(": ").append(response.status());
        response.reasons().stream()
                .findFirst()
                .ifPresent(reason -> text.append(' ').append(reason));
        if (!response.message().isEmpty()) {
            text.append(", ").append(response.message());
        } else if (response.isSuccess()) {
            text.append(", the response names no message");
        }
        if (GmailErrors.kind(response) == DeliveryFailure.Kind.MISCONFIGURED && response.status() != 400) {
            text.append(text.charAt(text.length() - 1) == '.' ? "" : ".").append(GRANT);
        }
        return text.toString();
    }

    private static String raw(OtpMail mail) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            mail.writeTo(bytes);
            return Base64.getUrlEncoder().encodeToString(bytes.toByteArray());
        } catch (IOException | MessagingException e) {
            throw new IllegalStateException("a mail cannot be written", e);
        }
    }

    /**
     * Ends the connections and threads. A delivery in progress is finished, within its time-out; a new one is refused.
     * Closing again has no effect. A channel that is not closed keeps them until it is garbage-collected.
     */
    @Override
    public void close() {
        caller.close();
    }

    /** Returns the name, the sender's address and the server's host, without credentials. */
    @Override
    public String toString() {
        return "GmailApiChannel[name=" + name + ", from="
                + (from == null ? "the account" : from.address().address()) + ", host="
                + url.getRawAuthority() + "]";
    }

    /** Builds a channel. Not thread-safe; each setter checks its range at once. */
    public static final class Builder {
        private @Nullable OAuth2 tokens;
        private @Nullable FromMailbox from;
        private URI baseUrl = URI.create("https://gmail.googleapis.com");
        private Duration timeout = Duration.ofSeconds(10);
        private String name = "gmail";

        private Builder() {}

        /**
         * Sets the source of access tokens; required. The scope {@code https://www.googleapis.com/auth/gmail.send} is
         * enough.
         *
         * @param tokens the token source, as from {@link OAuth2#google}
         * @return this builder
         */
        public Builder oauth2(OAuth2 tokens) {
            this.tokens = Objects.requireNonNull(tokens, "tokens must not be null");
            return this;
        }

        /**
         * Sets the sender of the mails; by default none, and Gmail adds the account's default address. Gmail also
         * replaces a sender that is neither the account's address nor an alias of it.
         *
         * @param from one mailbox, with or without a name, as for {@link SmtpChannel.Builder#from}
         * @return this builder
         */
        public Builder from(String from) {
            this.from = FromMailbox.parse(from);
            return this;
        }

        /**
         * Sets the server; {@code https://gmail.googleapis.com} by default.
         *
         * @param baseUrl an https URL, or an http one on this machine; without user, query and fragment
         * @return this builder
         */
        public Builder baseUrl(URI baseUrl) {
            this.baseUrl = ChannelSettings.baseUrl("baseUrl", baseUrl);
            return this;
        }

        /**
         * Sets the time for one delivery, the access token included; 10 seconds by default. If the message may have
         * left by then, the failure is {@link DeliveryFailure.Kind#UNCERTAIN}.
         *
         * @param timeout more than zero, at most a minute
         * @return this builder
         */
        public Builder timeout(Duration timeout) {
            this.timeout = ChannelSettings.timeout(timeout);
            return this;
        }

        /**
         * Sets the channel's name; {@code gmail} by default.
         *
         * @param name 1 to 64 characters without controls, unique in a manager
         * @return this builder
         */
        public Builder name(String name) {
            this.name = ChannelSettings.text("name", name, DeliveryChannel.MAX_NAME_LENGTH);
            return this;
        }

        /**
         * Returns the channel. Nothing is connected yet.
         *
         * @return a channel, to be closed by its owner
         * @throws IllegalStateException if the source of tokens is missing
         */
        public GmailApiChannel build() {
            if (tokens == null) {
                throw new IllegalStateException("oauth2 must be set");
            }
            return new GmailApiChannel(this, tokens);
        }

        /** Returns the settings, without credentials. */
        @Override
        public String toString() {
            return "GmailApiChannel.Builder[name=" + name + ", baseUrl=" + baseUrl + ", timeout=" + timeout
                    + ", oauth2=" + tokens + "]";
        }
    }
}
