package dev.otpkit.channel.smtp;

import dev.otpkit.EmailAddress;
import dev.otpkit.InvalidRecipientException;
import dev.otpkit.channel.http.ChannelSettings;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An account at a mail server, from environment variables: those of this library and those of Django. Each exception
 * names the variable.
 *
 * @param environment {@code System.getenv()}, or a map in its place
 */
record SmtpVariables(Map<String, String> environment) {
    private static final List<String> OAUTH2_VARIABLES =
            List.of("EMAIL_CLIENT_ID", "EMAIL_CLIENT_SECRET", "EMAIL_REFRESH_TOKEN");
    private static final Pattern GMAIL_USER = Pattern.compile("(?i).+@(gmail|googlemail)\\.com");

    /** An app password as Google shows it; blanks from its page may be no-break spaces. */
    private static final Pattern APP_PASSWORD = Pattern.compile("[a-z]{4}(?:[ \\u00A0][a-z]{4}){3}");

    private static final Pattern BLANKS = Pattern.compile("[\\s\\u00A0]+");

    /** Returns the server, which may be missing for users of Gmail. */
    String host() {
        Optional<String> user = user();
        return ChannelSettings.optional(environment, "EMAIL_HOST")
                .map(String::strip)
                .orElseGet(() -> {
                    if (user.isPresent() && !GMAIL_USER.matcher(user.get()).matches()) {
                        throw new IllegalArgumentException(
                                "environment must have EMAIL_HOST, since the server is known without it only for an"
                                        + " EMAIL_HOST_USER at gmail.com or googlemail.com");
                    }
                    return user.map(gmail -> "smtp.gmail.com")
                            .orElseThrow(() -> new IllegalArgumentException("environment must have EMAIL_HOST"));
                });
    }

    /** Returns the port; empty for the default. */
    Optional<Integer> port() {
        return ChannelSettings.optional(environment, "EMAIL_PORT").map(port -> {
            try {
                return Integer.valueOf(port.strip());
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("EMAIL_PORT must be a number", e);
            }
        });
    }

    /** Returns true if connections must be encrypted from their first byte, on any port. */
    boolean isTlsImplicit() {
        boolean startTls = flag("EMAIL_USE_TLS");
        boolean implicit = flag("EMAIL_USE_SSL");
        if (startTls && implicit) {
            throw new IllegalArgumentException("EMAIL_USE_TLS and EMAIL_USE_SSL must not both be true");
        }
        return implicit;
    }

    /** Returns the sender that is set, or else the user, if that is an address. */
    FromMailbox from() {
        return from(environment)
                .or(() ->
                        user().filter(SmtpVariables::isAddress).map(user -> FromMailbox.parse("EMAIL_HOST_USER", user)))
                .orElseThrow(() -> new IllegalArgumentException("environment must have EMAIL_FROM"));
    }

    /** Returns the sender that is set; empty if none is. */
    static Optional<FromMailbox> from(Map<String, String> environment) {
        return List.of("EMAIL_FROM", "DEFAULT_FROM_EMAIL").stream()
                .filter(variable ->
                        ChannelSettings.optional(environment, variable).isPresent())
                .findFirst()
                .map(variable -> FromMailbox.parse(
                        variable,
                        ChannelSettings.required(environment, variable).strip()));
    }

    /** Returns the login; null if there is none. */
    @Nullable SmtpLogin login(String host) {
        boolean password =
                ChannelSettings.optional(environment, "EMAIL_HOST_PASSWORD").isPresent();
        if (OAUTH2_VARIABLES.stream()
                .anyMatch(variable ->
                        ChannelSettings.optional(environment, variable).isPresent())) {
            if (password) {
                throw new IllegalArgumentException("environment must not have both EMAIL_HOST_PASSWORD and OAuth2's "
                        + String.join(", ", OAUTH2_VARIABLES));
            }
            return new OAuth2Login(requiredUser(), OAuth2.fromEnvironment(environment, host));
        }
        return password || user().isPresent() ? new PasswordLogin(requiredUser(), password(host)) : null;
    }

    /** Returns the password: an app password at Gmail without the blanks that Google shows, any other unchanged. */
    String password(String host) {
        String password = ChannelSettings.required(environment, "EMAIL_HOST_PASSWORD");
        if (OAuth2.isGoogle(host) && APP_PASSWORD.matcher(password.strip()).matches()) {
            return BLANKS.matcher(password).replaceAll("");
        }
        return ChannelSettings.text("EMAIL_HOST_PASSWORD", password, PasswordLogin.MAX_PASSWORD);
    }

    private Optional<String> user() {
        return ChannelSettings.optional(environment, "EMAIL_HOST_USER").map(String::strip);
    }

    private String requiredUser() {
        return ChannelSettings.text(
                "EMAIL_HOST_USER",
                ChannelSettings.required(environment, "EMAIL_HOST_USER").strip(),
                SmtpLogin.MAX_USER);
    }

    private boolean flag(String variable) {
        return ChannelSettings.optional(environment, variable)
                .map(value -> switch (value.strip().toLowerCase(Locale.ROOT)) {
                    case "true", "t", "yes", "y", "on", "1" -> true;
                    case "false", "f", "no", "n", "off", "0" -> false;
                    default -> throw new IllegalArgumentException(variable + " must be True or False");
                })
                .orElse(false);
    }

    private static boolean isAddress(String user) {
        try {
            new EmailAddress(user);
            return true;
        } catch (InvalidRecipientException e) {
            return false;
        }
    }

    /** Returns a text without the variables, among which are credentials. */
    @Override
    public String toString() {
        return "SmtpVariables[]";
    }
}
