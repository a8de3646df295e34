package dev.otpkit;

import java.time.Duration;

/**
 * The time since a call began, independent of changes to the clock, and the observation that the call ends. Used by one
 * thread if it is observed.
 */
final class Stopwatch {
    private final long start = System.nanoTime();
    private final Observed observed;

    private Stopwatch(Observed observed) {
        this.observed = observed;
    }

    static Stopwatch start() {
        return observed(Observed.BY_NONE);
    }

    /** Starts the time of a call that is observed. */
    static Stopwatch observed(Observed observed) {
        return new Stopwatch(observed);
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    Observed observed() {
        return observed;
    }
}
