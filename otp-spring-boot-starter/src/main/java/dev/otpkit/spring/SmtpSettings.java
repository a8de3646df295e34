package dev.otpkit.spring;

import static dev.otpkit.spring.AdapterProperties.apply;
import static dev.otpkit.spring.AdapterProperties.built;
import static dev.otpkit.spring.AdapterProperties.isSet;
import static dev.otpkit.spring.AdapterProperties.made;
import static dev.otpkit.spring.AdapterProperties.missing;
import static dev.otpkit.spring.AdapterProperties.required;
import static dev.otpkit.spring.AdapterProperties.text;

import dev.otpkit.channel.smtp.OAuth2;
import dev.otpkit.channel.smtp.SmtpChannel;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundles;

/** The settings of a channel over SMTP: those of {@code spring.mail.*} first, unless there is a separate server. */
final class SmtpSettings {
    private static final Logger LOG = LoggerFactory.getLogger(SmtpSettings.class);
    private static final String PREFIX = "otpkit.smtp";
    private static final String OAUTH2 = PREFIX + ".oauth2";

    private final SmtpProperties properties;
    private final @Nullable SpringMail mail;
    private final SmtpChannel.Builder builder = SmtpChannel.builder();

    /** @param springMail the server of the application, for which a separate one is a substitute */
    SmtpSettings(SmtpProperties properties, Optional<SpringMail> springMail) {
        this.properties = properties;
        this.mail = springMail.orElse(null);
    }

    SmtpChannel channel(ObjectProvider<SslBundles> bundles) {
        SpringMail server = mail;
        if (server == null) {
            apply(
                    PREFIX + ".host",
                    required(PREFIX + ".host", properties.host(), ", or spring.mail.host, since " + PREFIX + ".* is"),
                    builder::host);
        } else {
            connectAs(server, bundles);
        }
        apply(PREFIX + ".port", properties.port(), builder::port);
        apply(PREFIX + ".tls", properties.tls(), builder::tls);
        apply(PREFIX + ".timeout", properties.timeout(), builder::timeout);
        apply(PREFIX + ".idle-timeout", properties.idleTimeout(), builder::idleTimeout);
        apply(PREFIX + ".name", properties.name(), builder::name);
        apply(PREFIX + ".ssl-bundle", properties.sslBundle(), name -> trust(PREFIX + ".ssl-bundle", name, bundles));
        logIn();
        setSender();
        return built(PREFIX, builder::build);
    }

    private void connectAs(SpringMail server, ObjectProvider<SslBundles> bundles) {
        apply(SpringMail.PREFIX + ".host", server.host(), builder::host);
        apply(SpringMail.PREFIX + ".port", server.portOrDefault(), builder::port);
        if (properties.tls() == null) {
            apply(SpringMail.PREFIX + ".ssl", server.tls(), builder::tls);
        }
        apply(SpringMail.PREFIX + ".properties", server.timeout().orElse(null), builder::timeout);
        String bundle = SpringMail.PREFIX + ".ssl.bundle";
        if (!isSet(properties.sslBundle())) {
            apply(bundle, server.sslBundle(), name -> trust(bundle, name, bundles));
        }
        if (!server.ignored().isEmpty()) {
            LOG.warn("spring.mail.properties: {} has no effect on the channel {}", server.ignored(), properties.name());
        }
    }

    private void trust(String property, String name, ObjectProvider<SslBundles> bundles) {
        try {
            SSLContext context = bundles.getObject().getBundle(name).createSslContext();
            builder.sslContext(context);
        } catch (NoSuchSslBundleException e) {
            throw new OtpSettingException(
                    property + " must name an SSL bundle, but there is none with the name " + name,
                    "Define the bundle in spring.ssl.bundle.*, or change " + property + ".");
        }
    }

    private void logIn() {
        SpringMail server = mail;
        String user = text(properties.username());
        String password = text(properties.password());
        if (server != null) {
            user = user == null ? server.username() : user;
            password = password == null ? server.password() : password;
        }
        String prefix = server == null || isSet(properties.username()) ? PREFIX : SpringMail.PREFIX;
        SmtpProperties.Login oauth2 = properties.oauth2();
        if (oauth2.isSet()) {
            String name = required(PREFIX + ".username", user, ", since " + OAUTH2 + ".* is");
            OAuth2 tokens = tokens(oauth2);
            made(prefix + ".username", () -> builder.oauth2(name, tokens));
        } else if (user != null && password != null) {
            String name = user;
            String secret = password;
            made(prefix + ".password", () -> builder.credentials(name, secret));
        } else if (server == null && (user != null || password != null)) {
            throw missing(
                    PREFIX + (user == null ? ".username" : ".password"),
                    ", since " + PREFIX + (user == null ? ".password" : ".username") + " is");
        }
    }

    private static OAuth2 tokens(SmtpProperties.Login login) {
        String reason = ", since " + OAUTH2 + ".* is";
        String id = required(OAUTH2 + ".client-id", login.clientId(), reason);
        String refreshToken = text(login.refreshToken());
        String tenant = text(login.tenant());
        OAuth2.Builder tokens;
        if (tenant != null) {
            String secret = required(OAUTH2 + ".client-secret", login.clientSecret(), reason);
            tokens = made(
                    OAUTH2 + ".tenant",
                    () -> refreshToken == null
                            ? OAuth2.microsoftApp(tenant, id, secret)
                            : OAuth2.microsoft(tenant, id, secret, refreshToken));
        } else if (isSet(login.tokenUrl())) {
            tokens = OAuth2.builder();
            apply(OAUTH2 + ".client-id", id, tokens::clientId);
            apply(OAUTH2 + ".client-secret", login.clientSecret(), tokens::clientSecret);
            apply(OAUTH2 + ".refresh-token", refreshToken, tokens::refreshToken);
        } else {
            throw missing(OAUTH2 + ".token-url or " + OAUTH2 + ".tenant", reason);
        }
        if (refreshToken == null && !isSet(login.clientSecret())) {
            throw missing(OAUTH2 + ".refresh-token or " + OAUTH2 + ".client-secret", reason);
        }
        apply(OAUTH2 + ".token-url", login.tokenUrl(), tokens::tokenEndpoint);
        apply(OAUTH2 + ".scope", login.scope(), tokens::scope);
        return built(OAUTH2, tokens::build);
    }

    private void setSender() {
        SpringMail server = mail;
        if (isSet(properties.from())) {
            apply(PREFIX + ".from", properties.from(), builder::from);
        } else if (server == null) {
            throw missing(PREFIX + ".from", ", since " + PREFIX + ".host is");
        } else {
            String from = server.from()
                    .orElseThrow(() -> new OtpSettingException(
                            PREFIX + ".from must be set, since spring.mail.username is not set or is no mailbox",
                            "Set " + PREFIX
                                    + ".from or spring.mail.properties.mail.smtp.from to the sender of the mails, or "
                                    + PREFIX
                                    + ".enabled=false if codes need no email."));
            apply(SpringMail.PREFIX + ".properties.mail.smtp.from", from, builder::from);
        }
    }
}
