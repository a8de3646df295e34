package dev.otpkit.channel.http;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Checks for the arguments of a channel's builder, and access to environment variables. Each exception names the
 * argument or the variable, and none shows a value that may be a credential.
 */
public final class ChannelSettings {
    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final int ZERO_WIDTH_JOINER = 0x200D;
    private static final Duration MAX_TIMEOUT = Duration.ofMinutes(1);
    private static final Pattern LOOPBACK =
            Pattern.compile("(?i)localhost|127(\\.\\d{1,3}){3}|\\[?(::1|(0+:){7}0*1)\\]?");

    private ChannelSettings() {}

    /**
     * Returns a text such as a name, a user or a password.
     *
     * @param argument the name in the text of an exception
     * @param value 1 to max characters, not all of them blank, without controls, line ends, direction marks and lone
     *     surrogates
     * @param max the greatest number of characters, in UTF-16
     * @return the value, unchanged
     * @throws IllegalArgumentException if the value is any other; the text does not show it
     */
    public static String text(String argument, String value, int max) {
        Objects.requireNonNull(value, () -> argument + " must not be null");
        if (value.isBlank() || value.length() > max) {
            throw new IllegalArgumentException(
                    argument + " must have 1 to " + max + " characters and not be blank, but has " + value.length());
        }
        if (value.codePoints().anyMatch(ChannelSettings::isControl)) {
            throw new IllegalArgumentException(
                    argument + " must have no control characters, line ends, direction marks or lone surrogates");
        }
        return value;
    }

    private static boolean isControl(int c) {
        if (c == ZERO_WIDTH_NON_JOINER || c == ZERO_WIDTH_JOINER) {
            return false;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> true;
            default -> false;
        };
    }

    /**
     * Returns a text that matches a pattern.
     *
     * @param argument the name in the text of an exception
     * @param value a text that the pattern matches as a whole
     * @param pattern the form
     * @param mustBe the form in words, such as {@code AC and 32 hexadecimal digits}
     * @return the value, unchanged
     * @throws IllegalArgumentException if the pattern does not match; the text does not show the value
     */
    public static String matching(String argument, String value, Pattern pattern, String mustBe) {
        Objects.requireNonNull(value, () -> argument + " must not be null");
        if (!pattern.matcher(value).matches()) {
            throw new IllegalArgumentException(argument + " must be " + mustBe);
        }
        return value;
    }

    /**
     * Returns the time-out of a whole delivery.
     *
     * @param timeout more than zero, at most a minute
     * @return the time-out, unchanged
     * @throws IllegalArgumentException if it is out of range
     */
    public static Duration timeout(Duration timeout) {
        Objects.requireNonNull(timeout, "timeout must not be null");
        if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException(
                    "timeout must be within (PT0S, " + MAX_TIMEOUT + "], but was " + timeout);
        }
        return timeout;
    }

    /**
     * Returns whether a host is this machine, by its name alone and without DNS.
     *
     * @param host {@code localhost} in any case, or an IP address of the loopback interface; IPv6 with brackets or
     *     without
     * @return false for any other name, even one that resolves to this machine
     */
    public static boolean isLoopback(String host) {
        return LOOPBACK.matcher(host).matches();
    }

    /**
     * Returns the base URL of an API to which credentials may be sent.
     *
     * @param argument the name in the text of an exception
     * @param url https, or http to this machine; with a host, without user, query and fragment
     * @return the URL, without a slash at its end
     * @throws IllegalArgumentException if the URL is any other; the text shows its host at most
     */
    public static URI baseUrl(String argument, URI url) {
        Objects.requireNonNull(url, () -> argument + " must not be null");
        boolean web = "https".equalsIgnoreCase(url.getScheme()) || "http".equalsIgnoreCase(url.getScheme());
        if (!web
                || url.getHost() == null
                || url.getRawUserInfo() != null
                || url.getRawQuery() != null
                || url.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    argument + " must be an http(s) URL with a host and without user, query and fragment");
        }
        if (!isSecure(url)) {
            throw new IllegalArgumentException(
                    argument + " must be https, since credentials go there, but was http to " + url.getHost());
        }
        String text = url.toString();
        return URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
    }

    /**
     * Returns a URL to which credentials may be sent, or from which they may come, with or without a query.
     *
     * @param argument the name in the text of an exception
     * @param url https, or http to this machine; with a host, without user and fragment
     * @return the URL, unchanged
     * @throws IllegalArgumentException if the URL is any other; the text does not show it
     */
    public static URI secureUrl(String argument, URI url) {
        Objects.requireNonNull(url, () -> argument + " must not be null");
        if (!isSecure(url) || url.getRawUserInfo() != null || url.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    argument + " must be an https URL, or http to this machine, without user and fragment");
        }
        return url;
    }

    private static boolean isSecure(URI url) {
        return url.getHost() != null
                && ("https".equalsIgnoreCase(url.getScheme())
                        || ("http".equalsIgnoreCase(url.getScheme()) && isLoopback(url.getHost())));
    }

    /**
     * Returns the value of an environment variable.
     *
     * @param environment {@code System.getenv()}, or a substitute for it
     * @param variable the name of the variable
     * @return the unchanged value, including blanks around it
     * @throws IllegalArgumentException if it is missing or blank
     */
    public static String required(Map<String, String> environment, String variable) {
        return optional(environment, variable)
                .orElseThrow(() -> new IllegalArgumentException("environment must have " + variable));
    }

    /**
     * Returns the value of an environment variable, if there is one.
     *
     * @param environment {@code System.getenv()}, or a substitute for it
     * @param variable the name of the variable
     * @return the unchanged value, including blanks around it; empty if it is missing or blank
     */
    public static Optional<String> optional(Map<String, String> environment, String variable) {
        Objects.requireNonNull(environment, "environment must not be null");
        return Optional.ofNullable(environment.get(variable)).filter(value -> !value.isBlank());
    }

    /**
     * Returns the URL in an environment variable, if there is one. It is not checked any further.
     *
     * @param environment {@code System.getenv()}, or a substitute for it
     * @param variable the name of the variable
     * @return the URL; empty if the variable is missing or blank
     * @throws IllegalArgumentException if the value is not a URL; the text does not show it
     */
    public static Optional<URI> url(Map<String, String> environment, String variable) {
        return optional(environment, variable).map(value -> {
            try {
                return URI.create(value.strip());
            } catch (IllegalArgumentException e) {
                // The text of the cause contains the value.
                throw new IllegalArgumentException(variable + " must be a URL");
            }
        });
    }
}
