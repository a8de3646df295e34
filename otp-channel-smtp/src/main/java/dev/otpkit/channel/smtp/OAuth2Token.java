package dev.otpkit.channel.smtp;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An access token and the end of its use.
 *
 * @param value printable ASCII without blanks
 * @param renewAt the time from which a delivery requests another
 */
record OAuth2Token(String value, Instant renewAt) {
    private static final Duration MARGIN = Duration.ofMinutes(1);
    private static final Duration LONGEST_LIFE = Duration.ofDays(1);

    /** The validity of a token without {@code expires_in}, which leaves one minute of use. */
    private static final Duration UNKNOWN_LIFE = Duration.ofMinutes(2);

    /** Returns a token that is valid for {@code expires_in} (RFC 6749, 5.1) from the time of its request. */
    static OAuth2Token of(String value, @Nullable JsonElement expiresIn, Instant askedAt) {
        Duration life = life(expiresIn);
        Duration untilMargin = life.minus(MARGIN);
        Duration half = life.dividedBy(2);
        return new OAuth2Token(value, askedAt.plus(untilMargin.compareTo(half) > 0 ? untilMargin : half));
    }

    private static Duration life(@Nullable JsonElement expiresIn) {
        double seconds = seconds(expiresIn);
        return Double.isNaN(seconds)
                ? UNKNOWN_LIFE
                : Duration.ofSeconds(Math.min(Math.max((long) seconds, 0), LONGEST_LIFE.toSeconds()));
    }

    /** Some servers put the number into quotation marks. */
    private static double seconds(@Nullable JsonElement expiresIn) {
        try {
            return expiresIn instanceof JsonPrimitive number && !number.isBoolean() ? number.getAsDouble() : Double.NaN;
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    /** Returns the end of its use, without the token. */
    @Override
    public String toString() {
        return "OAuth2Token[renewAt=" + renewAt + "]";
    }
}
