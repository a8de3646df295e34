package dev.otpkit.internal.rules;

import java.time.Duration;

/**
 * The greatest values of a policy. The rules, the stored record and the setters all read them here, since a promise
 * hangs on each pair of them that could differ.
 */
public final class PolicyLimits {
    /** The greatest {@code maxAttempts}. */
    public static final int MAX_ATTEMPTS = 10;

    /** The greatest number of events that a limit per recipient lets through, which is how many a record holds. */
    public static final int MAX_EVENTS = 100;

    /** The longest expiry and cooldown. */
    public static final Duration MAX_LIFE = Duration.ofHours(24);

    private PolicyLimits() {}
}
