package dev.otpkit.channel.smtp;

import dev.otpkit.spi.DeliveryFailure.Kind;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A pause during which no token is requested, because the last request failed.
 *
 * @param failure the failure of that request
 * @param since the time of the failure
 * @param length the length of the pause; positive
 */
record OAuth2Backoff(OAuth2Exception failure, Instant since, Duration length) {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST_AFTER_REFUSAL = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofSeconds(10);

    /** Returns a pause of a second, or twice as long as the one before, up to a bound. */
    static OAuth2Backoff after(OAuth2Exception failure, @Nullable OAuth2Backoff before, Instant now) {
        Duration bound = failure.kind() == Kind.MISCONFIGURED ? LONGEST_AFTER_REFUSAL : LONGEST;
        Duration length = before == null ? FIRST : before.length().multipliedBy(2);
        return new OAuth2Backoff(failure, now, length.compareTo(bound) < 0 ? length : bound);
    }

    /** Returns true if the endpoint may be called again. A clock that was set back does not prolong the pause. */
    boolean isOver(Instant now) {
        return now.isBefore(since) || !now.isBefore(end());
    }

    /** Returns the same failure for a delivery during the pause. */
    OAuth2Exception again() {
        return failure.withoutRequestUntil(end());
    }

    private Instant end() {
        return since.plus(length);
    }
}
