package dev.otpkit.internal;

import dev.otpkit.OtpManager;
import dev.otpkit.RateLimit;
import dev.otpkit.spi.OtpStore;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A limit per client address over the store's counters: the sliding window is estimated from two fixed ones, the current
 * one and the part of the previous one that it still covers. Thread-safe; moments are epoch milliseconds.
 *
 * <p>A place is taken before the deed and given back if the deed did not happen, so that no number of racing requests
 * gets past the limit; at worst some of them are refused a moment early.
 */
public final class ClientLimit {
    private static final Logger LOG = LoggerFactory.getLogger(OtpManager.class);
    private static final Duration MARGIN = Duration.ofMinutes(1);

    private final String name;
    private final RateLimit limit;
    private final OtpStore store;
    private final Derivations derivations;

    /** Creates a limit; the name separates its counters from those of other limits. */
    public ClientLimit(String name, RateLimit limit, OtpStore store, Derivations derivations) {
        this.name = name;
        this.limit = limit;
        this.store = store;
        this.derivations = derivations;
    }

    /** Takes a place if there is one; empty if there is no limit or no client to hold to it. */
    public static Optional<Place> take(@Nullable ClientLimit limit, @Nullable String clientAddress, long now) {
        return limit == null || clientAddress == null ? Optional.empty() : Optional.of(limit.take(clientAddress, now));
    }

    private Place take(String clientAddress, long now) {
        String client = ClientAddress.canonical(clientAddress);
        long length = limit.window().toMillis();
        long window = Math.floorDiv(now, length);
        String counter = derivations.clientCounter(name, client, window);
        long before = add(derivations.clientCounter(name, client, window - 1), 0);
        long taken = add(counter, 1);
        long start = window * length;
        if (before * (length - (now - start)) + taken * length <= limit.max() * length) {
            return new Place(counter, OptionalLong.empty());
        }
        Place refused = new Place(counter, OptionalLong.of(start + nextPlace(before, taken, length)));
        refused.giveBack();
        return refused;
    }

    /** A place under the limit, or the lack of one. */
    public final class Place {
        private final String counter;
        private final OptionalLong retryAfter;

        private Place(String counter, OptionalLong retryAfter) {
            this.counter = counter;
            this.retryAfter = retryAfter;
        }

        /** Returns when there will be a place; empty if one was taken. */
        public OptionalLong retryAfter() {
            return retryAfter;
        }

        /**
         * Gives the place back, since what it was taken for did not happen. If the store can not, the place stays taken:
         * the answer is decided already, and has to reach the caller.
         */
        public void giveBack() {
            try {
                add(counter, -1);
            } catch (RuntimeException e) {
                LOG.warn("could not give a place under the {} limit of a client back", name, e);
            }
        }
    }

    /** Returns how long after the start of the current window a place is free, if no one else takes it. */
    private long nextPlace(long before, long taken, long length) {
        if (taken <= limit.max()) {
            return length - (limit.max() - taken) * length / before;
        }
        return 2 * length - (limit.max() - 1) * length / (taken - 1);
    }

    private long add(String counter, long delta) {
        return store.increment(counter, delta, limit.window().multipliedBy(2).plus(MARGIN));
    }
}
