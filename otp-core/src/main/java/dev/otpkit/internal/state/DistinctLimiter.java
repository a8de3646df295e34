package dev.otpkit.internal.state;

import dev.otpkit.RateLimit;
import dev.otpkit.internal.crypto.KeyDerivation;
import dev.otpkit.internal.rules.PolicyLimits;
import dev.otpkit.spi.OtpStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A limit on the different values of each key, such as the countries of a client, within a fixed window. Thread-safe;
 * moments are epoch milliseconds.
 *
 * <p>Each key has a counter of its values, and each value that was admitted has one that is above zero. A value is
 * counted before it is marked as admitted, so no number of concurrent callers admits more than the limit; at worst some
 * of them are refused a moment early. An admission is never taken back: otherwise a call that relies on it could leave
 * a value that nothing counts.
 */
public final class DistinctLimiter {
    private final String name;
    private final RateLimit limit;
    private final OtpStore store;
    private final KeyDerivation derivations;

    /**
     * Creates a limiter.
     *
     * @param name separates its counters from those of other limiters
     * @param limit the number of values and the window
     */
    public DistinctLimiter(String name, RateLimit limit, OtpStore store, KeyDerivation derivations) {
        this.name = name;
        this.limit = limit;
        this.store = store;
        this.derivations = derivations;
    }

    /**
     * The refusal of a value.
     *
     * @param count the number of values, with this one
     * @param limit the limit
     * @param retryAfter the start of the next window
     */
    public record Refused(long count, RateLimit limit, Instant retryAfter) {}

    /**
     * Admits a value of a key, unless the key has the greatest number of other values.
     *
     * @param value a text without a blank
     */
    public Optional<Refused> refusal(String key, String value, long now) {
        long length = limit.window().toMillis();
        long window = Math.floorDiv(now, length);
        Duration life = limit.window().plus(PolicyLimits.MARGIN);
        String admitted = derivations.counter(name + " admitted", value + " " + key, window);
        if (store.increment(admitted, 0, life) > 0) {
            return Optional.empty();
        }
        String values = derivations.counter(name, key, window);
        long count = store.increment(values, 1, life);
        if (count > limit.max()) {
            store.increment(values, -1, life);
            return Optional.of(new Refused(count, limit, Instant.ofEpochMilli((window + 1) * length)));
        }
        if (store.increment(admitted, 1, life) > 1) {
            // Another call has admitted and counted the same value in the meantime.
            store.increment(values, -1, life);
        }
        return Optional.empty();
    }
}
