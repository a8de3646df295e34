package dev.otpkit;

import java.time.Instant;

/**
 * The moment from which on a refused call would succeed, as results give it: rounded up to a whole second. A stranger
 * may be shown it, and to the millisecond it would tell when the recipient's own code was sent.
 */
final class RetryAfter {
    private static final long SECOND = 1_000;

    private RetryAfter() {}

    static Instant of(long epochMilli) {
        return Instant.ofEpochSecond(-Math.floorDiv(-epochMilli, SECOND));
    }
}
