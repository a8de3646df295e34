package dev.otpkit.channel.twilio;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.twilio.rest.api.v2010.account.MessageCreator;
import dev.otpkit.PhoneNumber;
import dev.otpkit.Recipient;
import dev.otpkit.channel.http.ChannelSettings;
import dev.otpkit.message.LocaleMap;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Delivers codes by WhatsApp through an account at Twilio. Thread-safe.
 *
 * <p>WhatsApp sends a business's first message only in a template that it approved, so the text of the message is not
 * used: Twilio receives the code, as variable 1 of an authentication template, whose text and minutes were fixed when
 * it was approved. {@link Builder#sandbox} sends the text instead, for tests.
 *
 * <p>Each {@link #deliver} is at most one request, as with {@link TwilioSmsChannel}, whose table of responses and kinds
 * of failure applies here, too. In addition, a message is {@code MISCONFIGURED} and not sent if there is no template
 * for its locale, or if its code has more than the 15 characters that a template can carry; no policy makes codes of
 * more than 12.
 */
public final class TwilioWhatsAppChannel implements DeliveryChannel {
    static final String PREFIX = "whatsapp:";
    private static final int MAX_CODE = 15;

    /** The number of the sandbox, which all accounts share. */
    private static final String SANDBOX = "+14155238886";

    private static final Pattern CONTENT = Pattern.compile("HX[0-9a-fA-F]{32}");

    private final TwilioAccount account;
    private final LocaleMap<String> templates;
    private final @Nullable String defaultTemplate;
    private final boolean sandbox;

    private TwilioWhatsAppChannel(Builder builder, TwilioAccount account) {
        this.account = account;
        this.templates = builder.templates;
        this.defaultTemplate = builder.defaultTemplate;
        this.sandbox = builder.sendsText();
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
     * {@code TWILIO_WHATSAPP_FROM}, or else {@code TWILIO_MESSAGING_SERVICE_SID}; and
     * {@code TWILIO_WHATSAPP_CONTENT_SID}, the default template, if it is set. An empty one counts as missing.
     *
     * <p>The number of Twilio's sandbox, {@code +14155238886}, needs no template. If any other sender has none, from
     * the environment or the builder, the exception of {@link Builder#build} names {@code TWILIO_WHATSAPP_CONTENT_SID}.
     *
     * @param environment {@code System.getenv()}, or a substitute for it
     * @return a new builder
     * @throws IllegalArgumentException if one is missing or out of range; the text names the variable
     */
    public static Builder fromEnvironment(Map<String, String> environment) {
        Builder builder = new Builder().signInFrom(environment);
        builder.noTemplate = "environment must have TWILIO_WHATSAPP_CONTENT_SID, since WhatsApp accepts text without a"
                + " template from Twilio's sandbox only, " + SANDBOX;
        ChannelSettings.optional(environment, "TWILIO_WHATSAPP_CONTENT_SID")
                .ifPresent(sid -> builder.defaultTemplate = content("TWILIO_WHATSAPP_CONTENT_SID", sid.strip()));
        Optional<String> from = ChannelSettings.optional(environment, "TWILIO_WHATSAPP_FROM");
        if (from.isPresent()) {
            return builder.from("TWILIO_WHATSAPP_FROM", from.get().strip());
        }
        return builder.messagingServiceSid(
                "TWILIO_MESSAGING_SERVICE_SID",
                ChannelSettings.optional(environment, "TWILIO_MESSAGING_SERVICE_SID")
                        .orElseThrow(() -> new IllegalArgumentException(
                                "environment must have TWILIO_WHATSAPP_FROM or TWILIO_MESSAGING_SERVICE_SID"))
                        .strip());
    }

    @Override
    public String name() {
        return account.channel();
    }

    /**
     * Returns {@code whatsapp}.
     *
     * @return always the same
     */
    @Override
    public String medium() {
        return "whatsapp";
    }

    /**
     * Returns whether the recipient is a phone number. That the number has no WhatsApp is reported later, by Twilio.
     *
     * @param recipient the recipient of a message
     * @return false for an email address
     */
    @Override
    public boolean supports(Recipient recipient) {
        return recipient instanceof PhoneNumber;
    }

    /**
     * Sends the code, or in the sandbox the text, to Twilio.
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
        String to = message.recipient().address();
        if (sandbox) {
            return account.send(message, account.message(PREFIX, to, message.text()));
        }
        if (message.code().length() > MAX_CODE) {
            throw account.misconfigured("a WhatsApp template carries a code of at most " + MAX_CODE + " characters");
        }
        String template = templates.find(message.locale()).orElse(defaultTemplate);
        if (template == null) {
            throw account.misconfigured(
                    "no contentSid for " + message.locale().toLanguageTag() + ", and no default one");
        }
        String variables =
                JsonNodeFactory.instance.objectNode().put("1", message.code()).toString();
        MessageCreator request =
                account.message(PREFIX, to, null).setContentSid(template).setContentVariables(variables);
        return account.send(message, request);
    }

    private static String content(String argument, String contentSid) {
        return ChannelSettings.matching(argument, contentSid, CONTENT, "HX and 32 hexadecimal digits");
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
        return "TwilioWhatsAppChannel[" + account + ", sandbox=" + sandbox + "]";
    }

    /** Builds a channel. Not thread-safe; each setter checks its range at once. */
    public static final class Builder extends TwilioBuilder<Builder> {
        private static final Pattern NUMBER = Pattern.compile("(?:whatsapp:)?\\+[1-9][0-9]{6,14}");

        private LocaleMap<String> templates = LocaleMap.empty();
        private @Nullable String defaultTemplate;
        private boolean sandbox;

        /** The text of the exception for a sender that needs a template. */
        private String noTemplate = "contentSid must be set, or sandbox be true";

        private Builder() {
            super("twilio-whatsapp");
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * Sets the sender; required unless there is a {@code messagingServiceSid}.
         *
         * @param from a number in E.164 that is registered with WhatsApp, with or without {@code whatsapp:} before it
         * @return this builder
         */
        public Builder from(String from) {
            return from("from", from);
        }

        private Builder from(String argument, String from) {
            String number = ChannelSettings.matching(
                    argument, from, NUMBER, "a number in E.164, with or without whatsapp: before it");
            this.from = number.startsWith(PREFIX) ? number.substring(PREFIX.length()) : number;
            return this;
        }

        /**
         * Sets the template for all locales without a separate one.
         *
         * @param contentSid {@code HX} and 32 hexadecimal digits; an approved authentication template, whose variable 1
         *     is the code
         * @return this builder
         */
        public Builder contentSid(String contentSid) {
            this.defaultTemplate = content("contentSid", contentSid);
            return this;
        }

        /**
         * Sets the template for a locale. A message is sent in the most specific template for its locale, by the
         * fallback of {@link LocaleMap}, or else in the {@linkplain #contentSid(String) default one}.
         *
         * @param locale a language, such as {@code ar}, or one with a script or a country, such as {@code zh-Hant} or
         *     {@code pt-BR}
         * @param contentSid {@code HX} and 32 hexadecimal digits; an approved authentication template, whose variable 1
         *     is the code
         * @return this builder
         * @throws IllegalArgumentException if the locale has no language
         */
        public Builder contentSid(Locale locale, String contentSid) {
            templates = templates.with(locale, content("contentSid", contentSid));
            return this;
        }

        /**
         * Sets whether the text of the message is sent, without a template. By default, it is sent if {@code from} is
         * the number of Twilio's sandbox, {@code +14155238886}, and there is no template. WhatsApp delivers such a
         * message only if the recipient has joined the sandbox, or has written to the sender within the last 24 hours.
         *
         * @param sandbox true for tests
         * @return this builder
         */
        public Builder sandbox(boolean sandbox) {
            this.sandbox = sandbox;
            return this;
        }

        /**
         * Returns the channel. Nothing is connected yet.
         *
         * @return a channel, to be closed by its owner
         * @throws IllegalStateException if accountSid is missing, or if not exactly one is set of authToken and apiKey,
         *     or of from and messagingServiceSid; or if there is neither a template nor the sandbox
         */
        public TwilioWhatsAppChannel build() {
            if (!sendsText() && hasNoTemplate()) {
                throw new IllegalStateException(noTemplate);
            }
            return new TwilioWhatsAppChannel(this, account());
        }

        private boolean sendsText() {
            return sandbox || (SANDBOX.equals(from) && hasNoTemplate());
        }

        private boolean hasNoTemplate() {
            return defaultTemplate == null && templates.isEmpty();
        }

        /** Returns the settings, without credentials. */
        @Override
        public String toString() {
            return "TwilioWhatsAppChannel.Builder" + settings();
        }
    }
}
