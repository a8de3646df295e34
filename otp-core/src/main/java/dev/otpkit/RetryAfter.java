package dev.otpkit;

import java.time.Instant;

/**
 * The moment from which on a refused call would succeed, as results name it: rounded up to a whole second. It may be
 * shown to a stranger, and to the millisecond it would give away when the recipient's own code was sent.
 */
final class RetryAfter {
    private static final long SECOND = 1_000;

    private RetryAfter() {}

    static Instant of(Instant exact) {
        return Instant.ofEpochSecond(-Math.floorDiv(-exact.toEpochMilli(), SECOND));
    }
}
