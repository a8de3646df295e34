package dev.otpkit.internal.state;

import dev.otpkit.RateLimit;
import dev.otpkit.internal.crypto.KeyDerivation;
import dev.otpkit.internal.rules.PolicyLimits;
import dev.otpkit.spi.OtpStore;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A limit on the events of each key, such as a client address, over the store's counters: the sliding window is
 * estimated from two fixed ones, the current one and the part of the previous one that it still covers. Thread-safe;
 * moments are epoch milliseconds.
 *
 * <p>A permit is acquired before the event and released if the event does not take place, so that no number of
 * concurrent requests passes the limit; at worst some of them are refused a moment early. An event that is refused or
 * released leaves nothing in the store.
 */
public final class KeyedRateLimiter {
    /** The permit of an event that is not counted. */
    public static final Permit UNCOUNTED = new Permit() {
        @Override
        public void release() {
            // Nothing was counted.
        }
    };

    /** A subtraction that removes every counter: none counts as many events, since a limit is at most a million. */
    private static final long ALL = -1_000_000_000;

    private final String name;
    private final @Nullable RateLimit limit;
    private final OtpStore store;
    private final KeyDerivation derivations;

    /**
     * Creates a limiter.
     *
     * @param name separates its counters from those of other limiters
     * @param limit null if every event is permitted
     */
    public KeyedRateLimiter(String name, @Nullable RateLimit limit, OtpStore store, KeyDerivation derivations) {
        this.name = name;
        this.limit = limit;
        this.store = store;
        this.derivations = derivations;
    }

    /** The answer to a request for a permit. */
    public sealed interface Acquisition permits Permit, Refused {}

    /** The permission for one event, which is counted. */
    public non-sealed interface Permit extends Acquisition {
        /**
         * Removes the event from the count, since it did not take place. If the store cannot, it stays counted, and
         * this method returns all the same: the result is final, and has to reach the caller.
         */
        void release();
    }

    /**
     * The refusal of a permit.
     *
     * @param retryAfter the moment of the next permit, if no other call acquires it
     * @param limit the limit
     * @param count the estimated number of events in the sliding window, rounded up, with the refused one
     */
    public record Refused(Instant retryAfter, RateLimit limit, long count) implements Acquisition {}

    /** Returns true if every event is permitted: then no key is needed. */
    public boolean isUnlimited() {
        return limit == null;
    }

    /**
     * Acquires a permit if there is one.
     *
     * @param key null for an event that belongs to no key, which is always permitted
     * @param notReleased receives the exception of a store that could not release a permit
     */
    public Acquisition tryAcquire(@Nullable String key, long now, Consumer<RuntimeException> notReleased) {
        return limit == null || key == null ? UNCOUNTED : tryAcquire(key, now, limit, notReleased);
    }

    private Acquisition tryAcquire(String key, long now, RateLimit limit, Consumer<RuntimeException> notReleased) {
        long length = limit.window().toMillis();
        long window = Math.floorDiv(now, length);
        String counter = derivations.counter(name, key, window);
        Duration life = PolicyLimits.counterLifetime(limit.window());
        long before = store.increment(derivations.counter(name, key, window - 1), 0, life);
        long taken = store.increment(counter, 1, life);
        Permit permit = () -> release(counter, life, notReleased);
        long start = window * length;
        long covered = before * (length - (now - start)) + taken * length;
        if (covered <= limit.max() * length) {
            return permit;
        }
        permit.release();
        return new Refused(
                Instant.ofEpochMilli(start + nextPermit(before, taken, length, limit.max())),
                limit,
                (covered + length - 1) / length);
    }

    /**
     * Removes the counters of both windows that count now. A permit that is released after that, of an event that was
     * counted before, is taken from the events counted since.
     */
    public void forget(String key, long now) {
        if (limit == null) {
            return;
        }
        Duration life = PolicyLimits.counterLifetime(limit.window());
        long window = Math.floorDiv(now, limit.window().toMillis());
        for (long each = window; each >= window - 1; each--) {
            store.increment(derivations.counter(name, key, each), ALL, life);
        }
    }

    private void release(String counter, Duration life, Consumer<RuntimeException> notReleased) {
        try {
            store.increment(counter, -1, life);
        } catch (RuntimeException e) {
            notReleased.accept(e);
        }
    }

    /** Returns the time from the start of the current window to the next permit, if no other call acquires it. */
    private static long nextPermit(long before, long taken, long length, long max) {
        if (taken <= max) {
            return length - (max - taken) * length / before;
        }
        return 2 * length - (max - 1) * length / (taken - 1);
    }
}
