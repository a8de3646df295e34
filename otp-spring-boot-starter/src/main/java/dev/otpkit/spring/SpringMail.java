package dev.otpkit.spring;

import dev.otpkit.EmailAddress;
import dev.otpkit.InvalidRecipientException;
import dev.otpkit.channel.http.ChannelSettings;
import dev.otpkit.channel.smtp.SmtpChannel.Tls;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * The mail server of the application, {@code spring.mail.*}, read from the environment, since Spring Boot's module for
 * mail need not be there.
 *
 * @param host the server
 * @param port the port; null for the one of the protocol
 * @param username the user of the login
 * @param password the password of the login
 * @param implicitTls true if {@code protocol} or {@code ssl.enabled} asks for TLS from the first byte
 * @param sslBundle the name of an SSL bundle
 * @param properties the properties of the mail session, without {@code mail.smtp.} or {@code mail.smtps.}
 * @param sessionFrom the property {@code mail.from} of the mail session
 */
record SpringMail(
        String host,
        @Nullable Integer port,
        @Nullable String username,
        @Nullable String password,
        boolean implicitTls,
        @Nullable String sslBundle,
        Map<String, String> properties,
        @Nullable String sessionFrom) {
    static final String PREFIX = "spring.mail";

    private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(1);
    private static final int SMTP_PORT = 25;
    private static final int SMTPS_PORT = 465;
    private static final String INSTEAD =
            "Change it, or set otpkit.smtp.host for a separate server, or set otpkit.smtp.enabled=false for none.";

    /** Returns the mail server of the application, if there is one. */
    static Optional<SpringMail> in(Environment environment) {
        Binder binder = Binder.get(environment);
        String host = text(binder, "host");
        if (host == null) {
            return Optional.empty();
        }
        if (text(binder, "jndi-name") != null) {
            throw new OtpSettingException(
                    PREFIX + ".jndi-name must not be set: a mail session from JNDI cannot deliver codes", INSTEAD);
        }
        String protocol = Objects.requireNonNullElse(text(binder, "protocol"), "smtp");
        if (!protocol.equals("smtp") && !protocol.equals("smtps")) {
            throw new OtpSettingException(PREFIX + ".protocol must be smtp or smtps, but was " + protocol, INSTEAD);
        }
        Map<String, String> all = binder.bind(PREFIX + ".properties", Bindable.mapOf(String.class, String.class))
                .orElse(Map.of());
        String start = "mail." + protocol + ".";
        Map<String, String> properties = all.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(start))
                .collect(Collectors.toUnmodifiableMap(
                        entry -> entry.getKey().substring(start.length()), Map.Entry::getValue));
        refuseUnverified(binder, properties, start);
        return Optional.of(new SpringMail(
                host,
                binder.bind(PREFIX + ".port", Integer.class).orElse(null),
                text(binder, "username"),
                text(binder, "password"),
                protocol.equals("smtps")
                        || binder.bind(PREFIX + ".ssl.enabled", Boolean.class).orElse(false),
                text(binder, "ssl.bundle"),
                properties,
                AdapterProperties.text(all.get("mail.from"))));
    }

    private static void refuseUnverified(Binder binder, Map<String, String> properties, String start) {
        boolean verified =
                binder.bind(PREFIX + ".ssl.verify-hostname", Boolean.class).orElse(true);
        if (!verified || "false".equals(properties.get("ssl.checkserveridentity"))) {
            throw new OtpSettingException(
                    PREFIX
                            + (verified ? ".properties." + start + "ssl.checkserveridentity" : ".ssl.verify-hostname")
                            + " must not be false: codes are sent only to a server whose certificate names its host",
                    INSTEAD);
        }
    }

    private static @Nullable String text(Binder binder, String name) {
        return AdapterProperties.text(
                binder.bind(PREFIX + "." + name, String.class).orElse(null));
    }

    /**
     * Returns the encryption; null for STARTTLS, or TLS from the first byte on port 465.
     *
     * @throws OtpSettingException if mails to another machine would be in clear
     */
    @Nullable Tls tls() {
        if (isImplicit()) {
            return Tls.IMPLICIT;
        }
        if (isOn("starttls.enable") || isOn("starttls.required") || sslBundle != null) {
            return Tls.STARTTLS;
        }
        if (ChannelSettings.isLoopback(host)) {
            return Tls.NONE;
        }
        if ("false".equals(properties.get("starttls.enable"))) {
            throw new OtpSettingException(
                    PREFIX + ".properties.mail.smtp.starttls.enable must not be false for a server on another machine,"
                            + " to which codes would be sent in clear",
                    "Remove it, or set otpkit.smtp.tls=none to send them in clear on purpose, or set"
                            + " otpkit.smtp.enabled=false for no such channel.");
        }
        return null;
    }

    private boolean isImplicit() {
        return implicitTls || isOn("ssl.enable");
    }

    private boolean isOn(String property) {
        return "true".equals(properties.get(property));
    }

    /** Returns the port that Spring's own mail sender uses. */
    int portOrDefault() {
        return port != null ? port : isImplicit() ? SMTPS_PORT : SMTP_PORT;
    }

    /** Returns the longest of the time-outs, at most a minute. */
    Optional<Duration> timeout() {
        return Stream.of("connectiontimeout", "timeout", "writetimeout")
                .map(properties::get)
                .filter(Objects::nonNull)
                .filter(Predicate.not(String::isBlank))
                .map(SpringMail::milliseconds)
                .filter(timeout -> !timeout.isNegative() && !timeout.isZero())
                .max(Comparator.naturalOrder())
                .map(timeout -> timeout.compareTo(LONGEST_TIMEOUT) > 0 ? LONGEST_TIMEOUT : timeout);
    }

    private static Duration milliseconds(String value) {
        try {
            return Duration.ofMillis(Long.parseLong(value.strip()));
        } catch (NumberFormatException e) {
            throw new OtpSettingException(
                    PREFIX + ".properties: a time-out must be a number of milliseconds, but was " + value, INSTEAD);
        }
    }

    /** Returns the sender: that of the envelope, that of the session, or the user. */
    Optional<String> from() {
        return Stream.of(Optional.ofNullable(properties.get("from")), Optional.ofNullable(sessionFrom), user())
                .flatMap(Optional::stream)
                .filter(AdapterProperties::isSet)
                .findFirst();
    }

    private Optional<String> user() {
        return Optional.ofNullable(username).filter(SpringMail::isMailbox);
    }

    private static boolean isMailbox(String text) {
        try {
            return !new EmailAddress(text).address().isEmpty();
        } catch (InvalidRecipientException e) {
            return false;
        }
    }

    /** Returns the properties of the mail session that change a connection and have no effect here. */
    List<String> ignored() {
        return properties.keySet().stream()
                .filter(name -> name.startsWith("proxy.")
                        || name.startsWith("socks.")
                        || name.startsWith("socketFactory")
                        || name.startsWith("ssl.socketFactory")
                        || name.equals("ssl.trust")
                        || name.equals("auth.mechanisms"))
                .sorted()
                .toList();
    }

    /** Returns host and user, without the password. */
    @Override
    public String toString() {
        return "SpringMail[host=" + host + "]";
    }
}
