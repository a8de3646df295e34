package dev.otpkit.spring;

import java.net.URI;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

/**
 * Properties of the channels for SMS and WhatsApp over Twilio.
 *
 * @param accountSid Account at Twilio: AC and 32 hexadecimal digits. Required for both channels.
 * @param authToken Token of the account. Required for both channels, unless there is an API key; Twilio also signs its
 *     reports with it.
 * @param apiKey API key in place of the token: SK and 32 hexadecimal digits.
 * @param apiSecret Secret of the API key.
 * @param baseUrl URL of the API, for a region of Twilio, a proxy or a test; https, or http to this machine. Default:
 *     https://api.twilio.com.
 * @param timeout Time-out of a whole delivery; more than zero, at most a minute. Seconds if there is no unit.
 * @param statusCallback URL to which Twilio reports the status of each message; https, or http to this machine.
 *     Default: that of the Messaging Service, or none.
 * @param sms Channel for SMS.
 * @param whatsapp Channel for WhatsApp.
 */
@ConfigurationProperties("otpkit.twilio")
record TwilioProperties(
        @Nullable String accountSid,
        @Nullable String authToken,
        @Nullable String apiKey,
        @Nullable String apiSecret,
        @Nullable URI baseUrl,

        @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("10s")
        Duration timeout,

        @Nullable URI statusCallback,
        @DefaultValue Sms sms,
        @DefaultValue WhatsApp whatsapp) {
    /** Returns a text without the values, some of which are secret. */
    @Override
    public String toString() {
        return "TwilioProperties";
    }

    /**
     * Properties of the channel for SMS.
     *
     * @param from Sender: a number of the account in E.164, a short code, or a sender id of 1 to 11 characters with a
     *     letter. Either this or a Messaging Service is required.
     * @param messagingServiceSid Messaging Service that chooses the sender: MG and 32 hexadecimal digits.
     * @param provideFeedback Whether Twilio receives feedback on messages whose code was used.
     * @param name Name of the channel; 1 to 64 characters, unique in the application.
     */
    record Sms(
            @Nullable String from,
            @Nullable String messagingServiceSid,
            @DefaultValue("false") boolean provideFeedback,
            @DefaultValue("twilio-sms") String name) {}

    /**
     * Properties of the channel for WhatsApp.
     *
     * @param from Sender: a number in E.164 that is registered with WhatsApp. Either this or a Messaging Service is
     *     required.
     * @param messagingServiceSid Messaging Service that chooses the sender: MG and 32 hexadecimal digits.
     * @param contentSid Approved authentication template for all languages without a separate one: HX and 32
     *     hexadecimal digits.
     * @param contentSids Approved authentication templates by language, such as content-sids.ar or content-sids.pt-BR.
     * @param sandbox Whether the text is sent without a template. Without this property, it is if the sender is the
     *     number of Twilio's sandbox and there is no template.
     * @param name Name of the channel; 1 to 64 characters, unique in the application.
     */
    record WhatsApp(
            @Nullable String from,
            @Nullable String messagingServiceSid,
            @Nullable String contentSid,
            @DefaultValue Map<Locale, String> contentSids,
            @DefaultValue("false") boolean sandbox,
            @DefaultValue("twilio-whatsapp") String name) {}
}
