package dev.otpkit.channel.mshastra;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.otpkit.PhoneNumber;
import dev.otpkit.Recipient;
import dev.otpkit.channel.http.ChannelSettings;
import dev.otpkit.channel.http.HttpCaller;
import dev.otpkit.channel.http.NoResponseException;
import dev.otpkit.channel.http.ProviderRequest;
import dev.otpkit.channel.http.ProviderResponse;
import dev.otpkit.channel.mshastra.MshastraErrors.KnownError;
import dev.otpkit.message.LocaleMap;
import dev.otpkit.message.SmsSegments;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Delivers codes by SMS through the JSON API of mShastra, {@code sendsms_api_json.aspx}. The provider is also known as
 * MobiShastra and Telkosh, and sold under other names. Thread-safe.
 *
 * <p>Each delivery is one POST, which is never repeated. It ends within {@link Builder#timeout}, or by the message's
 * {@linkplain OtpMessage#deadline() deadline} if that is earlier; only the look-up of the host's name may add to that.
 * Nothing of it is logged, at any level. The provider reports errors with the status 200, so a message counts as
 * accepted only with a text that is known to mean success <em>and</em> a message id. There is no public documentation
 * of the API: the responses below were met by public callers, and any other response is {@code UNCERTAIN}.
 *
 * <table>
 * <caption>Responses and kinds of failure</caption>
 * <tr><th>Response</th><th>Kind</th></tr>
 * <tr><td>{@code 001 Invalid Receiver}, {@code Invalid Mobile No}, {@code 007 Cannot Extract Country Code}</td>
 *     <td>{@code RECIPIENT_REJECTED}</td></tr>
 * <tr><td>{@code 006 DND Number}</td>
 *     <td>{@code OPTED_OUT}</td></tr>
 * <tr><td>{@code 003 Invalid Message}, {@code Enter Text Message}, {@code 005 Authorization failed}, {@code Invalid
 *     Password}, {@code Wrong Username or Password}, {@code 008 Empty Receiver}, {@code Enter Mobile}, {@code 009
 *     Profile Blocked}, {@code Profile Id Blocked}, {@code Submission Stops}, {@code 010 Invalid Profile ID}, {@code
 *     011 Profile ID expired}, {@code 012 Sender Id more than 13 Chars}, {@code No More Credits}, {@code Country not
 *     activated}, {@code Whitelist IP address to use API}</td>
 *     <td>{@code MISCONFIGURED}</td></tr>
 * <tr><td>401, 403, and 404, which means that the base URL is wrong; a certificate that is not trusted</td>
 *     <td>{@code MISCONFIGURED}</td></tr>
 * <tr><td>429</td>
 *     <td>{@code THROTTLED}</td></tr>
 * <tr><td>no connection</td>
 *     <td>{@code UNAVAILABLE}</td></tr>
 * <tr><td>{@code 013 Server Error}, any 5xx, any other status, success without a message id, any other text, an HTML
 *     page, an empty response, none in time</td>
 *     <td>{@code UNCERTAIN}</td></tr>
 * </table>
 *
 * <p>A text counts with the status 200 and with any 4xx, if the text of the response begins with it, in upper or lower
 * case, with or without the three digits. A response that is not JSON must be such a text and nothing else. The
 * provider code of a failure is the three digits if they are known, or else the status if it is not 200; its detail is
 * the provider's text.
 */
public final class MshastraChannel implements DeliveryChannel {
    private final String name;
    private final URI baseUrl;
    private final MshastraCredentials credentials;
    private final String sender;
    private final LanguageField languages;
    private final boolean hexUnicode;
    private final HttpCaller http;

    private MshastraChannel(Builder builder, MshastraCredentials credentials, String sender) {
        this.name = builder.name;
        this.baseUrl = builder.baseUrl;
        this.credentials = credentials;
        this.sender = sender;
        this.languages = new LanguageField(builder.gsmLanguage, builder.unicodeLanguage, builder.languages);
        this.hexUnicode = builder.hexUnicode;
        this.http = HttpCaller.create(name, builder.timeout);
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
     * Returns a builder with the values of the environment variables {@code SMS_USERNAME}, {@code SMS_PASSWORD} and
     * {@code SMS_SENDER}, and of {@code SMS_API_URL} if it is set. An empty one counts as missing.
     *
     * <p>{@code SMS_API_URL} may end with the name of a page of the API, such as {@code sendurlcomma.aspx}, which is
     * removed. Any other page is refused, and so is a query.
     *
     * @param environment {@code System.getenv()}, or a substitute for it
     * @return a new builder
     * @throws IllegalArgumentException if one of the three is missing, or a value is out of range; the text names the
     *     variable
     */
    public static Builder fromEnvironment(Map<String, String> environment) {
        Builder builder = new Builder()
                .username(
                        "SMS_USERNAME",
                        ChannelSettings.required(environment, "SMS_USERNAME").strip())
                .password("SMS_PASSWORD", ChannelSettings.required(environment, "SMS_PASSWORD"))
                .sender(
                        "SMS_SENDER",
                        ChannelSettings.required(environment, "SMS_SENDER").strip());
        ChannelSettings.url(environment, "SMS_API_URL")
                .ifPresent(url -> builder.baseUrl = ApiBaseUrl.base("SMS_API_URL", url));
        return builder;
    }

    @Override
    public String name() {
        return name;
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
     * Sends the message's text as one SMS, of one or several segments, to its recipient alone.
     *
     * @param message for a phone number
     * @return a receipt with the provider's {@code msg_id}; it does not promise that the SMS arrived
     * @throws DeliveryException if the provider did not accept the message, or may not have; without a cause
     * @throws IllegalArgumentException if the recipient is not a phone number
     * @throws IllegalStateException if this channel is closed
     */
    @Override
    public DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
        Objects.requireNonNull(message, "message must not be null");
        if (!supports(message.recipient())) {
            throw new IllegalArgumentException("recipient must be a phone number, but was " + message.recipient());
        }
        ProviderResponse response = http.send(
                message,
                ProviderRequest.post(baseUrl, "/" + ApiBaseUrl.SEND_PAGE)
                        .json(body(message))
                        .hiding(credentials.password()));
        MshastraResponse parsed = MshastraResponse.read(response.body());
        if (response.status() == 200 && parsed.isAccepted()) {
            return response.receipt(parsed.id());
        }
        String text =
                parsed.success() && parsed.id().isEmpty() ? parsed.text() + ", without a message id" : parsed.text();
        throw failure(response, kind(response.status(), parsed), parsed.error(), text);
    }

    private String body(OtpMessage message) {
        SmsSegments.Encoding encoding = SmsSegments.of(message.text()).encoding();
        boolean hex = hexUnicode && encoding != SmsSegments.Encoding.GSM_7;
        String language = languages.of(message.locale(), encoding);
        JsonObject sms = new JsonObject();
        sms.addProperty("user", credentials.username());
        sms.addProperty("pwd", credentials.password());
        sms.addProperty("number", message.recipient().address().substring(1));
        sms.addProperty("msg", hex ? hex(message.text()) : message.text());
        sms.addProperty("sender", sender);
        if (!language.isEmpty()) {
            sms.addProperty("language", language);
        }
        JsonArray batch = new JsonArray();
        batch.add(sms);
        return batch.toString();
    }

    private static Kind kind(int status, MshastraResponse parsed) {
        if (status != 200 && status / 100 != 4) {
            return Kind.UNCERTAIN;
        }
        if (parsed.error().isPresent()) {
            return parsed.error().get().kind();
        }
        return parsed.success() ? Kind.UNCERTAIN : kind(status, Kind.UNCERTAIN);
    }

    private static Kind kind(int status, Kind otherwise) {
        return switch (status) {
            case 401, 403, 404 -> Kind.MISCONFIGURED;
            case 429 -> Kind.THROTTLED;
            default -> otherwise;
        };
    }

    /**
     * Requests the account's balance. Sends no message. The balance does not show to which countries the account may
     * send.
     *
     * <p>The provider requires user and password in the query of the URL here. With https nobody on the way sees them,
     * but the access logs of the provider, and of a proxy that ends TLS, may keep them. Do not call this method if that
     * is not acceptable.
     *
     * @return the remaining balance, in the unit that the account is billed in
     * @throws DeliveryException if the provider gave no balance. The kind is that of {@link #deliver}, with two
     *     exceptions: a response that cannot be interpreted, or that is missing, is {@code UNAVAILABLE}, and only an
     *     interrupt of the thread is {@code UNCERTAIN}
     * @throws IllegalStateException if this channel is closed
     */
    public Balance balance() throws DeliveryException {
        BalanceLogFilter.install();
        ProviderResponse response;
        try {
            response = http.send(ProviderRequest.get(baseUrl, "/" + ApiBaseUrl.BALANCE_PAGE)
                    .field("user", credentials.username())
                    .field("pwd", credentials.password())
                    .hiding(credentials.password()));
        } catch (NoResponseException e) {
            if (e.kind() != Kind.UNCERTAIN || Thread.currentThread().isInterrupted()) {
                throw e;
            }
            throw new DeliveryException(
                    DeliveryFailure.of(name, Kind.UNAVAILABLE, null, e.failure().detail()));
        }
        List<BalanceParser.Amount> amounts =
                response.status() == 200 ? BalanceParser.parse(response.body()) : List.of();
        if (!amounts.isEmpty()) {
            return new Balance(amounts.stream()
                    .map(amount -> new Balance.Entry(amount.destination().map(response::redact), amount.value()))
                    .toList());
        }
        MshastraResponse parsed = MshastraResponse.read(response.body());
        Kind kind = parsed.error()
                .filter(error -> response.status() / 100 != 5 && error.kind() != Kind.UNCERTAIN)
                .map(KnownError::kind)
                .orElseGet(() -> kind(response.status(), Kind.UNAVAILABLE));
        throw failure(response, kind, parsed.error(), "no balance: " + parsed.text());
    }

    private static DeliveryException failure(
            ProviderResponse response, Kind kind, Optional<KnownError> error, String text) {
        int status = response.status();
        String code = error.flatMap(KnownError::code).orElse(status == 200 ? null : String.valueOf(status));
        String detail = switch (status) {
            case 200 -> text;
            case 404 -> "HTTP 404, is the base URL right? " + text;
            default -> "HTTP " + status + ": " + text;
        };
        return response.failure(kind, code, detail);
    }

    private static String hex(String text) {
        return HexFormat.of().withUpperCase().formatHex(text.getBytes(StandardCharsets.UTF_16BE));
    }

    /**
     * Ends the connections and threads. A delivery in progress is completed within its time-out; a new one is refused.
     * Closing a closed channel does nothing. A channel that is not closed holds its connections and threads until it is
     * garbage-collected.
     */
    @Override
    public void close() {
        http.close();
    }

    /** Returns the name, the base URL and the sender; no credentials. */
    @Override
    public String toString() {
        return "MshastraChannel[name=" + name + ", baseUrl=" + baseUrl + ", sender=" + sender + "]";
    }

    /**
     * The balance of an account.
     *
     * @param entries at least one: a single one without a destination for an account that has one balance, or one for
     *     each destination, in the provider's order
     */
    public record Balance(List<Entry> entries) {

        /**
         * Copies the entries.
         *
         * @throws IllegalArgumentException if there are none
         */
        public Balance {
            entries = List.copyOf(entries);
            if (entries.isEmpty()) {
                throw new IllegalArgumentException("entries must not be empty");
            }
        }

        /**
         * The amount for one destination, or for all.
         *
         * @param destination the destination in the provider's words, such as {@code Tanzania (+255)}; empty for all
         * @param amount the amount; negative for an account that is overdrawn
         */
        public record Entry(Optional<String> destination, BigDecimal amount) {

            /** Checks that nothing is null. */
            public Entry {
                Objects.requireNonNull(destination, "destination must not be null");
                Objects.requireNonNull(amount, "amount must not be null");
            }
        }
    }

    /** Builds a channel. Not thread-safe; each setter checks its range at once. */
    public static final class Builder {
        private @Nullable String username;
        private @Nullable String password;
        private @Nullable String sender;
        private URI baseUrl = URI.create("https://mshastra.com");
        private String gsmLanguage = "English";
        private String unicodeLanguage = "Unicode";
        private LocaleMap<String> languages = LocaleMap.empty();
        private boolean hexUnicode;
        private Duration timeout = Duration.ofSeconds(10);
        private String name = "mshastra";

        private Builder() {}

        /**
         * Sets the user, which is the account's profile id; required.
         *
         * @param username 1 to 128 characters without controls
         * @return this builder
         */
        public Builder username(String username) {
            return username("username", username);
        }

        private Builder username(String argument, String username) {
            this.username = ChannelSettings.text(argument, username, 128);
            return this;
        }

        /**
         * Sets the password; required.
         *
         * @param password 1 to 128 characters without controls; never logged or shown
         * @return this builder
         */
        public Builder password(String password) {
            return password("password", password);
        }

        private Builder password(String argument, String password) {
            this.password = ChannelSettings.text(argument, password, 128);
            return this;
        }

        /**
         * Sets the sender id, which the provider must have approved for the account; required.
         *
         * @param sender 1 to 13 characters without controls
         * @return this builder
         */
        public Builder sender(String sender) {
            return sender("sender", sender);
        }

        private Builder sender(String argument, String sender) {
            this.sender = ChannelSettings.text(argument, sender, 13);
            return this;
        }

        /**
         * Sets the base URL of the API; {@code https://mshastra.com} by default. Some accounts have a separate host,
         * such as {@code https://saudi.mshastra.com}, or that of a reseller.
         *
         * @param baseUrl https, or http to this machine; with or without a slash at its end, without user, query and
         *     fragment, and without the name of a page, such as {@code sendsms_api_json.aspx}
         * @return this builder
         */
        public Builder baseUrl(URI baseUrl) {
            URI checked = ChannelSettings.baseUrl("baseUrl", baseUrl);
            if (checked.getPath().toLowerCase(Locale.ROOT).endsWith(".aspx")) {
                throw new IllegalArgumentException(
                        "baseUrl must be without the name of a page, but ends with that of one, .aspx");
            }
            this.baseUrl = checked;
            return this;
        }

        /**
         * Sets the value of the field {@code language} for texts within the GSM 7-bit alphabet; {@code English} by
         * default.
         *
         * @param value at most 32 characters without controls; empty to leave the field out
         * @return this builder
         */
        public Builder gsmLanguage(String value) {
            this.gsmLanguage = checkedLanguage("gsmLanguage", value);
            return this;
        }

        /**
         * Sets the value of the field {@code language} for all other texts; {@code Unicode} by default.
         *
         * @param value at most 32 characters without controls; empty to leave the field out
         * @return this builder
         */
        public Builder unicodeLanguage(String value) {
            this.unicodeLanguage = checkedLanguage("unicodeLanguage", value);
            return this;
        }

        /**
         * Sets the value of the field {@code language} for texts in one locale, independent of their alphabet; may be
         * called for several. The value of the most specific locale is used, by the fallback of {@link LocaleMap}.
         *
         * @param locale a language, such as {@code ar}, or one with a script or a country, such as {@code ar-SA}
         * @param value at most 32 characters without controls; empty to leave the field out
         * @return this builder
         * @throws IllegalArgumentException if the locale has no language, or the value is out of range
         */
        public Builder language(Locale locale, String value) {
            languages = languages.with(locale, checkedLanguage("language", value));
            return this;
        }

        /**
         * Sets whether a text outside the GSM 7-bit alphabet is sent as the hexadecimal digits of its UTF-16, such as
         * {@code 0631} for an Arabic letter, instead of the text itself; false by default. Public callers contradict
         * each other on the form that an account requires: test it with one real SMS.
         *
         * @param hexUnicode true for hexadecimal digits
         * @return this builder
         */
        public Builder hexUnicode(boolean hexUnicode) {
            this.hexUnicode = hexUnicode;
            return this;
        }

        /**
         * Sets the time-out of a whole delivery, or of a whole balance request; 10 s by default.
         *
         * @param timeout more than zero, at most one minute; the connection may take at most 5 s of it
         * @return this builder
         */
        public Builder timeout(Duration timeout) {
            this.timeout = ChannelSettings.timeout(timeout);
            return this;
        }

        /**
         * Sets the channel's name; {@code mshastra} by default.
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
         * @throws IllegalStateException if username, password or sender is missing
         */
        public MshastraChannel build() {
            if (username == null || password == null) {
                throw new IllegalStateException((username == null ? "username" : "password") + " must be set");
            }
            if (sender == null) {
                throw new IllegalStateException("sender must be set");
            }
            return new MshastraChannel(this, new MshastraCredentials(username, password), sender);
        }

        private static String checkedLanguage(String argument, String value) {
            Objects.requireNonNull(value, () -> argument + " must not be null");
            return value.isEmpty() ? value : ChannelSettings.text(argument, value, 32);
        }

        /** Returns the settings, without the credentials. */
        @Override
        public String toString() {
            return "MshastraChannel.Builder[name=" + name + ", baseUrl=" + baseUrl + ", sender=" + sender + "]";
        }
    }
}
