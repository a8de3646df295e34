package dev.otpkit.benchmarks;

import java.time.Duration;

/** The number of rounds, and the length of each fork: iterations of half a second. */
enum Profile {
    /** Some figures and parameters, two rounds, for a first look. */
    QUICK(2, 4, 2),
    /** All parameters, three rounds. */
    FULL(3, 5, 3);

    static final Duration ITERATION = Duration.ofMillis(500);
    private static final Duration START_OF_A_FORK = Duration.ofMillis(1800);

    private final int rounds;
    private final int warmups;
    private final int measured;

    Profile(int rounds, int warmups, int measured) {
        this.rounds = rounds;
        this.warmups = warmups;
        this.measured = measured;
    }

    int rounds() {
        return rounds;
    }

    /** Returns the number of iterations of warm-up. */
    int warmups() {
        return warmups;
    }

    /** Returns the number of iterations that are measured. */
    int measured() {
        return measured;
    }

    /** Returns about the time of a fork that measures only once. */
    static Duration shortFork() {
        return START_OF_A_FORK.multipliedBy(2);
    }

    /** Returns about the time of a fork, with the start of the JVM and the preparation of its state. */
    Duration fork() {
        return START_OF_A_FORK.plus(ITERATION.multipliedBy(warmups + measured));
    }
}
