package dev.otpkit.spring;

import dev.otpkit.channel.smtp.SmtpChannel;
import java.net.URI;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

/**
 * Properties of the channel for email over SMTP.
 *
 * @param enabled Whether there is a channel over SMTP, if otpkit.smtp.* or spring.mail.host is set.
 * @param host Mail server: a host name in ASCII or an IP address. Default: the server, login and encryption of
 *     spring.mail.*, for which the other properties are substitutes one by one.
 * @param port Port; 1 to 65535. Default: 587, or 465 with tls=implicit, or 25 with tls=none. For spring.mail.*: its
 *     port, or that of its protocol, 25 or 465.
 * @param username User of the login; 1 to 320 characters. Default: without a login.
 * @param password Password of the login; 1 to 1024 characters.
 * @param from Sender of the mails: one mailbox, such as no-reply@acme.example, with or without a name. Required with
 *     otpkit.smtp.host. Default for spring.mail.*: its property mail.smtp.from or mail.from, or its username if that is
 *     a mailbox.
 * @param tls Encryption of connections. Default: implicit on port 465, otherwise starttls. For spring.mail.*: as its
 *     protocol, its ssl.* and its properties mail.smtp.ssl.enable and mail.smtp.starttls.* demand; otherwise starttls,
 *     or none for a server on this machine. STARTTLS is never optional.
 * @param timeout Time-out of a whole delivery; more than zero, at most a minute. Seconds if there is no unit. Default:
 *     10s. For spring.mail.*: the longest of its time-outs, at most a minute.
 * @param idleTimeout Time for which a connection is kept for the next mail; zero to 10 minutes. Seconds if there is no
 *     unit.
 * @param name Name of the channel; 1 to 64 characters, unique in the application.
 * @param sslBundle SSL bundle with the trusted certificates, and a client certificate if it has one. Its ciphers and
 *     protocols are not used, and a reload of it has no effect. Default: the certificates that Java trusts.
 * @param oauth2 Login by OAuth2 in place of a password.
 */
@ConfigurationProperties("otpkit.smtp")
record SmtpProperties(
        @DefaultValue("true") boolean enabled,
        @Nullable String host,
        @Nullable Integer port,
        @Nullable String username,
        @Nullable String password,
        @Nullable String from,
        SmtpChannel.@Nullable Tls tls,
        @DurationUnit(ChronoUnit.SECONDS) @Nullable Duration timeout,

        @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("30s")
        Duration idleTimeout,

        @DefaultValue("smtp") String name,
        @Nullable String sslBundle,
        @DefaultValue Login oauth2) {
    /** Returns a text without the values, some of which are secret. */
    @Override
    public String toString() {
        return "SmtpProperties";
    }

    /**
     * Properties of a login by OAuth2.
     *
     * @param tokenUrl Token endpoint; https, or http to this machine. Required unless there is a tenant.
     * @param tenant Directory at Microsoft 365: its id, one of its domains, or "common" if there is a refresh token. It
     *     stands for the token endpoint and the scope of Microsoft.
     * @param clientId Id of the client. Required.
     * @param clientSecret Secret of the client. Required with a tenant or without a refresh token.
     * @param refreshToken Refresh token. Default: access tokens are requested by client credentials.
     * @param scope Scope of the access tokens. Default: that of the tenant, or none.
     */
    record Login(
            @Nullable URI tokenUrl,
            @Nullable String tenant,
            @Nullable String clientId,
            @Nullable String clientSecret,
            @Nullable String refreshToken,
            @Nullable String scope) {
        /** Returns whether a property has a value; the others may be blank by mistake. */
        boolean isSet() {
            return Stream.of(tokenUrl, tenant, clientId, clientSecret, refreshToken, scope)
                    .anyMatch(AdapterProperties::isSet);
        }

        /** Returns a text without the values, some of which are secret. */
        @Override
        public String toString() {
            return "SmtpProperties.Login";
        }
    }
}
