package dev.otpkit;

import dev.otpkit.internal.input.Arguments;
import dev.otpkit.internal.rules.PolicyLimits;
import java.time.Duration;

/**
 * A limit of {@code max} events within any window of this length: a sliding window, not a bucket that refills on the
 * hour.
 *
 * <p>It is exact per recipient: an event counts while less than {@code window} has passed since it, so that a call at
 * the {@code retryAfter} of a refusal succeeds. Per client it is an estimate
 * ({@link OtpManager.Builder#clientSendLimit}). Immutable.
 *
 * @param max the number of events that are allowed, 1 to 1 000 000
 * @param window the time for which each event counts, 1 second to 31 days, cut to whole milliseconds
 */
public record RateLimit(int max, Duration window) {

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if max or window is out of range
     */
    public RateLimit {
        Arguments.within("max", max, 1, 1_000_000);
        Arguments.within("window", window, Duration.ofSeconds(1), PolicyLimits.MAX_WINDOW);
        window = Duration.ofMillis(window.toMillis());
    }

    /**
     * Returns the limit of max events within any window.
     *
     * @param max the number of events that are allowed, 1 to 1 000 000
     * @param window the time for which each event counts, 1 second to 31 days, cut to whole milliseconds
     * @return the limit
     * @throws IllegalArgumentException if max or window is out of range
     */
    public static RateLimit of(int max, Duration window) {
        return new RateLimit(max, window);
    }

    /** Returns the number of events that it allows per day, on average. */
    double perDay() {
        return (double) max * Duration.ofDays(1).toMillis() / window.toMillis();
    }
}
