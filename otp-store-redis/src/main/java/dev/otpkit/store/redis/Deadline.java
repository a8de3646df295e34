package dev.otpkit.store.redis;

import java.time.Duration;

/** The moment of {@link System#nanoTime()} at which a call has to be over. */
record Deadline(long nanos) {
    static Deadline in(Duration timeout) {
        return new Deadline(System.nanoTime() + timeout.toNanos());
    }

    /** Returns zero if it has passed. */
    long remainingNanos() {
        return Math.max(0, nanos - System.nanoTime());
    }
}
