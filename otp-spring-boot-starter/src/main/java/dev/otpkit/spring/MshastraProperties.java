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
 * Properties of the channel for SMS over mShastra.
 *
 * @param username User, which is the profile id of the account; 1 to 128 characters. Required.
 * @param password Password; 1 to 128 characters. Required.
 * @param sender Sender id that is approved for the account; 1 to 13 characters. Required.
 * @param baseUrl URL of the API, such as https://saudi.mshastra.com; https, or http to this machine. Default:
 *     https://mshastra.com.
 * @param timeout Time-out of a whole delivery; more than zero, at most a minute. Seconds if there is no unit.
 * @param gsmLanguage Value of the field "language" for texts within the GSM 7-bit alphabet; at most 32 characters.
 * @param unicodeLanguage Value of the field "language" for all other texts; at most 32 characters.
 * @param languages Values of the field "language" by locale, such as languages.ar or languages.ar-SA, for texts of any
 *     alphabet; at most 32 characters each.
 * @param hexUnicode Whether a text outside the GSM 7-bit alphabet is sent as hexadecimal digits.
 * @param name Name of the channel; 1 to 64 characters, unique in the application.
 */
@ConfigurationProperties("otpkit.mshastra")
record MshastraProperties(
        @Nullable String username,
        @Nullable String password,
        @Nullable String sender,
        @Nullable URI baseUrl,

        @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("10s")
        Duration timeout,

        @DefaultValue("English") String gsmLanguage,
        @DefaultValue("Unicode") String unicodeLanguage,
        @DefaultValue Map<Locale, String> languages,
        @DefaultValue("false") boolean hexUnicode,
        @DefaultValue("mshastra") String name) {
    /** Returns a text without the values, some of which are secret. */
    @Override
    public String toString() {
        return "MshastraProperties";
    }
}
