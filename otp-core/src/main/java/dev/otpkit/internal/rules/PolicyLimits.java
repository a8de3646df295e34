package dev.otpkit.internal.rules;

import java.time.Duration;

/**
 * The greatest values of a policy, and the lifetimes that follow from them. The rules, the stored record, the counters
 * and the setters all read them here: a promise depends on each pair that could otherwise differ.
 */
public final class PolicyLimits {
    /** The greatest {@code maxAttempts}. */
    public static final int MAX_ATTEMPTS = 10;

    /** The greatest number of events that a limit per recipient allows, and that a record holds. */
    public static final int MAX_EVENTS = 100;

    /** The longest expiry and cooldown. */
    public static final Duration MAX_LIFE = Duration.ofHours(24);

    /** The longest window of a limit. */
    public static final Duration MAX_WINDOW = Duration.ofDays(31);

    /** The time that a record or counter is kept beyond any need of it, for clocks and stores that are not exact. */
    public static final Duration MARGIN = Duration.ofMinutes(1);

    /** The time for which the last right code of a recipient is remembered, where it exempts from a budget. */
    public static final Duration SUCCESS_MEMORY = Duration.ofDays(90);

    /** The time for which an opt-out is kept after the last change of its record. */
    public static final Duration OPT_OUT_LIFE = Duration.ofDays(400);

    /** The longest lifetime that a store is asked for: that of a record with an opt-out. */
    public static final Duration MAX_LIFETIME = OPT_OUT_LIFE.plus(MARGIN);

    /** The longest lifetime in whole days, rounded up: the figure that {@code OtpStore} promises to its authors. */
    public static final long MAX_LIFETIME_DAYS =
            MAX_LIFETIME.plusDays(1).minusNanos(1).toDays();

    private PolicyLimits() {}

    /** Returns the lifetime of a counter over a window, which the next window looks at as well. */
    public static Duration counterLifetime(Duration window) {
        // Duration.multipliedBy computes with BigDecimal, which a fresh JVM would have to load.
        return window.plus(window).plus(MARGIN);
    }
}
