package dev.otpkit.channel.twilio;

import dev.otpkit.channel.http.ChannelSettings;
import dev.otpkit.channel.http.HttpCaller;
import dev.otpkit.spi.DeliveryChannel;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings that the builders of both channels share.
 *
 * @param <B> the builder itself
 */
abstract class TwilioBuilder<B extends TwilioBuilder<B>> {
    private static final Pattern ACCOUNT = Pattern.compile("AC[0-9a-fA-F]{32}");
    private static final Pattern KEY = Pattern.compile("SK[0-9a-fA-F]{32}");
    private static final Pattern SERVICE = Pattern.compile("MG[0-9a-fA-F]{32}");
    private static final Pattern SECRET = Pattern.compile("[!-~]{1,256}");

    @Nullable String from;

    private String name;
    private @Nullable String messagingServiceSid;
    private @Nullable URI statusCallback;
    private URI baseUrl = URI.create("https://api.twilio.com");
    private Duration timeout = Duration.ofSeconds(10);
    private @Nullable String accountSid;
    private @Nullable String authToken;
    private @Nullable String apiKey;
    private @Nullable String apiSecret;

    TwilioBuilder(String name) {
        this.name = name;
    }

    abstract B self();

    /**
     * Sets the account; required.
     *
     * @param accountSid {@code AC} and 32 hexadecimal digits
     * @return this builder
     */
    public B accountSid(String accountSid) {
        return accountSid("accountSid", accountSid);
    }

    private B accountSid(String argument, String accountSid) {
        this.accountSid = ChannelSettings.matching(argument, accountSid, ACCOUNT, "AC and 32 hexadecimal digits");
        return self();
    }

    /**
     * Sets the account's token, for signing in; required unless there is an {@code apiKey}.
     *
     * @param authToken 1 to 256 characters of printable ASCII without blanks; never logged or shown
     * @return this builder
     */
    public B authToken(String authToken) {
        return authToken("authToken", authToken);
    }

    private B authToken(String argument, String authToken) {
        this.authToken = secret(argument, authToken);
        return self();
    }

    /**
     * Sets an API key, for signing in; required, with its {@code apiSecret}, unless there is an {@code authToken}. It
     * can be revoked without affecting other users of the account.
     *
     * @param apiKey {@code SK} and 32 hexadecimal digits
     * @return this builder
     */
    public B apiKey(String apiKey) {
        return apiKey("apiKey", apiKey);
    }

    private B apiKey(String argument, String apiKey) {
        this.apiKey = ChannelSettings.matching(argument, apiKey, KEY, "SK and 32 hexadecimal digits");
        return self();
    }

    /**
     * Sets the secret of the {@code apiKey}.
     *
     * @param apiSecret 1 to 256 characters of printable ASCII without blanks; never logged or shown
     * @return this builder
     */
    public B apiSecret(String apiSecret) {
        return apiSecret("apiSecret", apiSecret);
    }

    private B apiSecret(String argument, String apiSecret) {
        this.apiSecret = secret(argument, apiSecret);
        return self();
    }

    /**
     * Sets the Messaging Service that chooses the sender; required unless there is a {@code from}.
     *
     * @param messagingServiceSid {@code MG} and 32 hexadecimal digits
     * @return this builder
     */
    public B messagingServiceSid(String messagingServiceSid) {
        return messagingServiceSid("messagingServiceSid", messagingServiceSid);
    }

    B messagingServiceSid(String argument, String messagingServiceSid) {
        this.messagingServiceSid =
                ChannelSettings.matching(argument, messagingServiceSid, SERVICE, "MG and 32 hexadecimal digits");
        return self();
    }

    /**
     * Sets the part of the URL before {@code /2010-04-01}; {@code https://api.twilio.com} by default. For Twilio's
     * regions, a proxy, and tests.
     *
     * @param baseUrl https, or http to this machine; without user, query and fragment
     * @return this builder
     */
    public B baseUrl(URI baseUrl) {
        this.baseUrl = ChannelSettings.baseUrl("baseUrl", baseUrl);
        return self();
    }

    /**
     * Sets the time-out of a whole delivery, from the connection to the last byte of the response; 10 seconds by
     * default. Only the look-up of the host's name may add to that. If the request may have left by then, the delivery
     * fails as {@link dev.otpkit.spi.DeliveryFailure.Kind#UNCERTAIN}.
     *
     * @param timeout more than zero, at most a minute
     * @return this builder
     */
    public B timeout(Duration timeout) {
        this.timeout = ChannelSettings.timeout(timeout);
        return self();
    }

    /**
     * Sets the URL to which Twilio reports the status of each message; by default that of the Messaging Service, if it
     * has one, or else none. {@link TwilioStatusCallback} reads the reports.
     *
     * <p>Twilio gets it with one parameter more for each message, {@code otpkit-challenge}: the id of the challenge,
     * with which a report finds the recipient. If the URL is longer than 2000 characters with it, it goes without.
     *
     * @param statusCallback https, or http to this machine; without user and fragment, and without a parameter of that
     *     name
     * @return this builder
     */
    public B statusCallback(URI statusCallback) {
        this.statusCallback = withoutChallenge("statusCallback", statusCallback);
        return self();
    }

    static URI withoutChallenge(String argument, URI url) {
        if (PublicUrl.hasChallenge(ChannelSettings.secureUrl(argument, url))) {
            throw new IllegalArgumentException(argument + " must not have a parameter " + PublicUrl.CHALLENGE);
        }
        return url;
    }

    /**
     * Sets the channel's name; {@code twilio-} and the medium by default.
     *
     * @param name 1 to 64 characters without controls, unique in a manager
     * @return this builder
     */
    public B name(String name) {
        this.name = ChannelSettings.text("name", name, DeliveryChannel.MAX_NAME_LENGTH);
        return self();
    }

    /** Sets account and credentials from environment variables. An exception names the variable, not the property. */
    B signInFrom(Map<String, String> environment) {
        accountSid(
                "TWILIO_ACCOUNT_SID",
                ChannelSettings.required(environment, "TWILIO_ACCOUNT_SID").strip());
        Optional<String> key = ChannelSettings.optional(environment, "TWILIO_API_KEY");
        Optional<String> keySecret = ChannelSettings.optional(environment, "TWILIO_API_SECRET");
        if (key.isPresent() || keySecret.isPresent()) {
            apiKey(
                    "TWILIO_API_KEY",
                    ChannelSettings.required(environment, "TWILIO_API_KEY").strip());
            return apiSecret(
                    "TWILIO_API_SECRET",
                    ChannelSettings.required(environment, "TWILIO_API_SECRET").strip());
        }
        return authToken(
                "TWILIO_AUTH_TOKEN",
                ChannelSettings.optional(environment, "TWILIO_AUTH_TOKEN")
                        .orElseThrow(() -> new IllegalArgumentException(
                                "environment must have TWILIO_AUTH_TOKEN, or TWILIO_API_KEY and TWILIO_API_SECRET"))
                        .strip());
    }

    TwilioAccount account() {
        if (accountSid == null) {
            throw new IllegalStateException("accountSid must be set");
        }
        TwilioSender sender = new TwilioSender(from, messagingServiceSid);
        TwilioCredentials credentials = credentials(accountSid);
        NonRetryingHttpClient http = new NonRetryingHttpClient(HttpCaller.create(name, timeout), baseUrl);
        return new TwilioAccount(name, credentials, sender, statusCallback, http);
    }

    private TwilioCredentials credentials(String account) {
        if ((apiKey == null) != (apiSecret == null)) {
            throw new IllegalStateException("apiKey and apiSecret must be set together");
        }
        if (apiKey != null && apiSecret != null && authToken == null) {
            return new TwilioCredentials(account, apiKey, apiSecret);
        }
        if (authToken != null && apiKey == null) {
            return new TwilioCredentials(account, account, authToken);
        }
        throw new IllegalStateException("one of authToken and apiKey must be set");
    }

    static String secret(String argument, String value) {
        return ChannelSettings.matching(
                argument, value, SECRET, "1 to 256 characters of printable ASCII without blanks");
    }

    String settings() {
        return "[name=" + name + ", account=" + accountSid + ", from=" + (from == null ? messagingServiceSid : from)
                + "]";
    }
}
