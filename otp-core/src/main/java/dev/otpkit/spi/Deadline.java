package dev.otpkit.spi;

import java.time.Duration;
import java.util.Objects;

/** The moment by which an operation must end, on the monotonic clock of the JVM. Immutable and thread-safe. */
public final class Deadline {
    private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);
    private static final Deadline NONE = new Deadline(0, true);

    private final long nanos;
    private final boolean never;

    private Deadline(long nanos, boolean never) {
        this.nanos = nanos;
        this.never = never;
    }

    /**
     * Returns the deadline that never comes.
     *
     * @return a deadline whose {@link #remaining()} is always 292 years
     */
    public static Deadline none() {
        return NONE;
    }

    /**
     * Returns the deadline after a time from now.
     *
     * @param time the time, from zero to 290 years
     * @return a new deadline
     * @throws IllegalArgumentException if the time is out of range
     */
    public static Deadline in(Duration time) {
        Objects.requireNonNull(time, "time must not be null");
        if (time.isNegative() || time.compareTo(FOREVER) >= 0) {
            throw new IllegalArgumentException("time must be within [PT0S, " + FOREVER + "), but was " + time);
        }
        return new Deadline(System.nanoTime() + time.toNanos(), false);
    }

    /**
     * Returns the time that is left.
     *
     * @return the time; zero once the deadline has passed
     */
    public Duration remaining() {
        return never ? FOREVER : Duration.ofNanos(Math.max(0, nanos - System.nanoTime()));
    }

    /**
     * Returns the shorter of a time and the one that is left.
     *
     * @param timeout the time that something may take without a deadline
     * @return the time, not negative if the one given is not
     */
    public Duration atMost(Duration timeout) {
        Duration left = remaining();
        return timeout.compareTo(left) < 0 ? timeout : left;
    }

    /** Returns the time that is left. */
    @Override
    public String toString() {
        return never ? "Deadline[none]" : "Deadline[in " + remaining() + "]";
    }
}
