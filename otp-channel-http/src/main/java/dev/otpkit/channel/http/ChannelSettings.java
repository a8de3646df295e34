package dev.otpkit.channel.http;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the builders of channels check alike. */
public final class ChannelSettings {
    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final int ZERO_WIDTH_JOINER = 0x200D;
    private static final Duration MAX_TIMEOUT = Duration.ofMinutes(1);
    private static final Pattern LOOPBACK =
            Pattern.compile("(?i)localhost|127(\\.\\d{1,3}){3}|\\[?(::1|(0+:){7}0*1)\\]?");

    private ChannelSettings() {}

    /** Returns the text if it has 1 to max characters, is not blank and has no controls. */
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

    /** Returns the text if the pattern matches it all; the complaint says what it must be, and not what it is. */
    public static String matching(String argument, String value, Pattern pattern, String mustBe) {
        Objects.requireNonNull(value, () -> argument + " must not be null");
        if (!pattern.matcher(value).matches()) {
            throw new IllegalArgumentException(argument + " must be " + mustBe);
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

    /** Returns the time-out of a whole delivery if it is more than zero and at most a minute. */
    public static Duration timeout(Duration timeout) {
        Objects.requireNonNull(timeout, "timeout must not be null");
        if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException(
                    "timeout must be within (PT0S, " + MAX_TIMEOUT + "], but was " + timeout);
        }
        return timeout;
    }

    /** Tells whether a host is this machine by its name, without asking DNS. */
    public static boolean isLoopback(String host) {
        return LOOPBACK.matcher(host).matches();
    }

    /**
     * Returns the URL, without a slash at its end, if credentials may be sent to it: by https, or to this machine.
     *
     * @throws IllegalArgumentException if it is neither, is relative, or has a user, a query or a fragment
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
        if ("http".equalsIgnoreCase(url.getScheme()) && !isLoopback(url.getHost())) {
            throw new IllegalArgumentException(
                    argument + " must be https, since credentials go there, but was http to " + url.getHost());
        }
        String text = url.toString();
        return URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
    }

    /**
     * Returns what a variable says.
     *
     * @throws IllegalArgumentException if it is missing or blank
     */
    public static String required(Map<String, String> environment, String variable) {
        return optional(environment, variable)
                .orElseThrow(() -> new IllegalArgumentException("environment must have " + variable));
    }

    /** Returns what a variable says; empty if it is missing or blank. */
    public static Optional<String> optional(Map<String, String> environment, String variable) {
        Objects.requireNonNull(environment, "environment must not be null");
        return Optional.ofNullable(environment.get(variable)).filter(value -> !value.isBlank());
    }

    /**
     * Returns the URL that a variable holds; empty if it is missing or blank.
     *
     * @throws IllegalArgumentException if it is no URL
     */
    public static Optional<URI> url(Map<String, String> environment, String variable) {
        return optional(environment, variable).map(value -> {
            try {
                return URI.create(value.strip());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(variable + " must be a URL");
            }
        });
    }
}
