package dev.otpkit;

import java.time.Duration;

/** The time since a call began, which no change of the clock disturbs. Immutable. */
final class Stopwatch {
    private final long start = System.nanoTime();

    private Stopwatch() {}

    static Stopwatch start() {
        return new Stopwatch();
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
