package dev.otpkit;

import java.time.Duration;

/** The time since a call began, independent of changes to the clock. Immutable. */
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
