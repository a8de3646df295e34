package dev.otpkit.store.redis;

import io.lettuce.core.RedisURI;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Parses Redis URIs, and describes servers in messages by host and port, without credentials. */
final class RedisUris {
    /**
     * A {@code ?} or {@code #} in front of an {@code @}: an unescaped password. Lettuce would take its beginning for
     * the host, which appears in messages.
     */
    private static final Pattern MISPLACED_AT = Pattern.compile("[?#].*@", Pattern.DOTALL);

    private static final Pattern HOST = Pattern.compile("[\\p{L}\\p{N}._-]+|\\[[0-9A-Za-z:.%]+]");

    private RedisUris() {}

    /**
     * Returns the URI that a text holds. Lettuce's exceptions may repeat the password, so they are not passed on.
     *
     * @param argument the name of the argument for messages
     * @throws IllegalArgumentException if the text is no Redis URI; the message does not repeat it
     */
    static RedisURI parse(String argument, String text) {
        Objects.requireNonNull(text, argument + " must not be null");
        try {
            RedisURI parsed = RedisURI.create(text);
            if (!MISPLACED_AT.matcher(text).find() && hosts(parsed).allMatch(HOST.asMatchPredicate())) {
                return parsed;
            }
        } catch (IllegalArgumentException | IllegalStateException e) {
            // The exception below follows.
        }
        throw new IllegalArgumentException(argument
                + " must be a URI such as redis://user:password@host:6379/0, rediss://host:6380 or"
                + " redis-sentinel://host:26379,host:26379/0#name, with special characters of a password"
                + " percent-encoded");
    }

    /**
     * Returns a copy of a URI with its Sentinels.
     *
     * @param argument the name of the argument for messages
     * @throws IllegalArgumentException if the URI names no server; the message does not repeat it
     */
    static RedisURI copy(String argument, RedisURI uri) {
        Objects.requireNonNull(uri, argument + " must not be null");
        if (uri.getHost() == null
                && uri.getSocket() == null
                && uri.getSentinels().isEmpty()) {
            throw new IllegalArgumentException(argument + " must name a host, such as redis://host:6379, but has none");
        }
        RedisURI.Builder copy = RedisURI.builder(uri);
        if (uri.getSentinelMasterId() != null) {
            copy.withSentinelMasterId(uri.getSentinelMasterId());
        }
        uri.getSentinels().forEach(sentinel -> copy.withSentinel(copy(argument, sentinel)));
        return copy.build();
    }

    /** Returns the host of a URI, or those of its Sentinels. */
    static Stream<String> hosts(RedisURI uri) {
        return Stream.concat(
                Stream.ofNullable(uri.getHost()), uri.getSentinels().stream().flatMap(RedisUris::hosts));
    }

    /** Returns host and port of a URI, or the name of the primary and its Sentinels. */
    static String describe(RedisURI uri) {
        if (uri.getSentinels().isEmpty()) {
            return hostAndPort(uri);
        }
        return uri.getSentinelMasterId() + " of Sentinel "
                + uri.getSentinels().stream().map(RedisUris::hostAndPort).collect(Collectors.joining(", "));
    }

    static String hostAndPort(RedisURI uri) {
        return hostAndPort(uri.getHost(), uri.getPort());
    }

    static String hostAndPort(String host, int port) {
        return (host.indexOf(':') < 0 || host.startsWith("[") ? host : '[' + host + ']') + ':' + port;
    }
}
