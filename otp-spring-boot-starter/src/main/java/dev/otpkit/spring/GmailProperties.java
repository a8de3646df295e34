package dev.otpkit.spring;

import java.net.URI;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

/**
 * Properties of the channel for email from a Google account.
 *
 * @param username Whole address of the account. Required, unless the Gmail API is used.
 * @param appPassword App password of the account, with the blanks that Google shows or without them.
 * @param clientId Id of the OAuth2 client in the Google Cloud console, in place of an app password.
 * @param clientSecret Secret of the OAuth2 client.
 * @param refreshToken Refresh token from the consent of the account's owner.
 * @param api Whether mails leave through the Gmail API instead of SMTP; this requires the OAuth2 client.
 * @param from Sender of the mails: one mailbox, which the account may use. Default: the address of the account.
 * @param name Name of the channel; 1 to 64 characters, unique in the application.
 * @param timeout Time-out of a whole delivery; more than zero, at most a minute. Seconds if there is no unit.
 * @param baseUrl URL of the Gmail API, for a proxy or a test; https, or http to this machine. Default:
 *     https://gmail.googleapis.com.
 * @param tokenUrl URL of the token endpoint, for a proxy or a test; https, or http to this machine. Default:
 *     https://oauth2.googleapis.com/token.
 */
@ConfigurationProperties("otpkit.gmail")
record GmailProperties(
        @Nullable String username,
        @Nullable String appPassword,
        @Nullable String clientId,
        @Nullable String clientSecret,
        @Nullable String refreshToken,
        @DefaultValue("false") boolean api,
        @Nullable String from,
        @DefaultValue("gmail") String name,

        @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("10s")
        Duration timeout,

        @Nullable URI baseUrl,
        @Nullable URI tokenUrl) {
    /** Returns a text without the values, some of which are secret. */
    @Override
    public String toString() {
        return "GmailProperties";
    }
}
