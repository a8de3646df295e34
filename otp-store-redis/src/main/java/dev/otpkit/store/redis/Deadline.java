package dev.otpkit.store.redis;

import java.time.Duration;

/**
 * The end of the time limit of a call.
 *
 * @param nanos in the time of {@link System#nanoTime()}
 */
record Deadline(long nanos) {
    /** Returns the deadline after this time from now. */
    static Deadline in(Duration timeout) {
        return new Deadline(System.nanoTime() + timeout.toNanos());
    }

    /** Returns the time left, or zero if the deadline has passed. */
    long remainingNanos() {
        return Math.max(0, nanos - System.nanoTime());
    }
}
