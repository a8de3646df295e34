package dev.otpkit.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that stands still until a test moves it. Thread-safe. */
public final class MutableClock implements InstantSource {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final AtomicReference<Instant> now;

    private MutableClock(Instant now) {
        this.now = new AtomicReference<>(now);
    }

    /**
     * Returns a clock that shows midnight of 1 January 2026, UTC.
     *
     * @return a new clock
     */
    public static MutableClock create() {
        return at(START);
    }

    /**
     * Returns a clock that shows this moment.
     *
     * @param now any moment
     * @return a new clock
     */
    public static MutableClock at(Instant now) {
        return new MutableClock(Objects.requireNonNull(now, "now must not be null"));
    }

    /**
     * Moves the clock.
     *
     * @param step the distance; a negative one moves the clock back
     * @return the new time
     */
    public Instant advance(Duration step) {
        return now.updateAndGet(moment -> moment.plus(step));
    }

    /**
     * Sets the clock.
     *
     * @param moment the new time; may be in the clock's past
     */
    public void set(Instant moment) {
        now.set(Objects.requireNonNull(moment, "moment must not be null"));
    }

    @Override
    public Instant instant() {
        return now.get();
    }

    @Override
    public String toString() {
        return "MutableClock[" + now + "]";
    }
}
