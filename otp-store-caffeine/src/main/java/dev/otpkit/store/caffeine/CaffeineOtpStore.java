package dev.otpkit.store.caffeine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.otpkit.OtpStoreFullException;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.spi.StoredRecord;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A store in the memory of one JVM, on Caffeine, for an application that runs as one process. No other process sees its
 * data, and all of it is lost when the process ends: pending codes as well as used-up limits.
 *
 * <p>Each record and counter has its own lifetime, measured by {@link System#nanoTime()}, and is removed for no other
 * reason: there is no eviction by size, since an evicted record would give its recipient new attempts and new sends. A
 * full store refuses a new record or counter with an {@link OtpStoreFullException}, and continues to serve the present
 * ones. An entry is free again at once when a record is removed or a counter is back at zero, and otherwise within two
 * seconds after the end of its lifetime. Records and counters have {@link Builder#maximumSize} entries each, so that
 * neither use up those of the other.
 *
 * <p>Expired entries are removed during later calls, in the calling thread. An idle store keeps them, at most
 * {@link Builder#maximumSize} of each kind; if all of them expire while it is idle, the next calls take some hundred
 * milliseconds per million entries together. There is no thread to stop, and {@link #close()} does nothing.
 *
 * <p>Thread-safe; each call is atomic, and calls for different recipients rarely wait for each other.
 */
public final class CaffeineOtpStore implements OtpStore {
    private final Cache<String, byte[]> records;
    private final Cache<String, Counter> counters;
    private final long maximumSize;
    private final Ticker ticker;

    private CaffeineOtpStore(long maximumSize, Ticker ticker) {
        this.records = cache(ticker, new RecordExpiry());
        this.counters = cache(ticker, new CounterExpiry());
        this.maximumSize = maximumSize;
        this.ticker = ticker;
    }

    /** Returns a cache that does its own upkeep during calls: a pool's thread costs more to wake than the upkeep. */
    private static <V> Cache<String, V> cache(Ticker ticker, Expiry<String, V> expiry) {
        return Caffeine.newBuilder()
                .ticker(ticker)
                .executor(Runnable::run)
                .expireAfter(expiry)
                .build();
    }

    /**
     * Returns a store with the default size.
     *
     * @return a new, empty store
     */
    public static CaffeineOtpStore create() {
        return builder().build();
    }

    /**
     * Returns a builder with the default size.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public @Nullable StoredRecord get(String key) {
        byte[] entry = records.getIfPresent(key);
        return entry == null ? null : RecordBytes.record(entry);
    }

    @Override
    public @Nullable StoredRecord compareAndExchange(
            String key, @Nullable StoredRecord expected, @Nullable StoredRecord update, Duration ttl) {
        if (expected == null && update != null) {
            requireSpace(records, key, "recipients");
        }
        Exchange exchange = new Exchange(
                expected == null ? null : expected.bytes(),
                update == null ? null : RecordBytes.of(update, deadline(ttl)));
        records.asMap().compute(key, exchange);
        return exchange.done ? expected : exchange.found;
    }

    @Override
    public long increment(String counter, long delta, Duration ttl) {
        if (delta > 0) {
            requireSpace(counters, counter, "client counters");
        }
        Counter left = counters.asMap().compute(counter, (name, entry) -> {
            long sum = entry == null ? delta : entry.count() + delta;
            if (sum <= 0) {
                return null;
            }
            return new Counter(sum, entry == null ? deadline(ttl) : entry.deadline());
        });
        return left == null ? 0 : left.count();
    }

    /** Returns false: no other process can see this store. */
    @Override
    public boolean isShared() {
        return false;
    }

    /** Returns the number of records and counters, including expired ones that are not removed yet. */
    @Override
    public String toString() {
        return "CaffeineOtpStore[records=" + records.estimatedSize() + ", counters=" + counters.estimatedSize()
                + ", maximumSize=" + maximumSize + "]";
    }

    private void requireSpace(Cache<String, ?> cache, String name, String what) {
        if (cache.estimatedSize() < maximumSize || cache.getIfPresent(name) != null) {
            return;
        }
        cache.cleanUp();
        if (cache.estimatedSize() >= maximumSize) {
            throw new OtpStoreFullException("the store is full: it has " + maximumSize + " " + what
                    + " whose limits still apply, and accepts no new one; restrict who may send, or raise maximumSize");
        }
    }

    private long deadline(Duration ttl) {
        return ticker.read() + ttl.toNanos();
    }

    /** One exchange. Not thread-safe: the cache runs it once, under the lock of the key. */
    private static final class Exchange implements BiFunction<String, byte @Nullable [], byte @Nullable []> {
        private final byte @Nullable [] expected;
        private final byte @Nullable [] update;
        private boolean done;
        private @Nullable StoredRecord found;

        Exchange(byte @Nullable [] expected, byte @Nullable [] update) {
            this.expected = expected;
            this.update = update;
        }

        @Override
        public byte @Nullable [] apply(String key, byte @Nullable [] entry) {
            done = entry == null ? expected == null : expected != null && RecordBytes.isOf(entry, expected);
            if (done) {
                return update;
            }
            found = entry == null ? null : RecordBytes.record(entry);
            return entry;
        }
    }

    /**
     * A record as it is kept: the time of the ticker at which it expires, in eight bytes, then its own bytes. One array
     * takes 32 bytes less than an entry with a time and a record, of the 235 that a recipient takes.
     */
    private static final class RecordBytes {
        private RecordBytes() {}

        static byte[] of(StoredRecord record, long deadline) {
            byte[] bytes = record.bytes();
            return ByteBuffer.allocate(Long.BYTES + bytes.length)
                    .putLong(deadline)
                    .put(bytes)
                    .array();
        }

        static long deadline(byte[] entry) {
            return ByteBuffer.wrap(entry).getLong();
        }

        static boolean isOf(byte[] entry, byte[] record) {
            return Arrays.equals(entry, Long.BYTES, entry.length, record, 0, record.length);
        }

        static StoredRecord record(byte[] entry) {
            return StoredRecord.of(Arrays.copyOfRange(entry, Long.BYTES, entry.length));
        }
    }

    /** A counter and the time of the ticker at which it expires. */
    private record Counter(long count, long deadline) {}

    private static final class RecordExpiry extends UntilDeadline<byte[]> {
        @Override
        long deadline(byte[] entry) {
            return RecordBytes.deadline(entry);
        }
    }

    private static final class CounterExpiry extends UntilDeadline<Counter> {
        @Override
        long deadline(Counter counter) {
            return counter.deadline();
        }
    }

    /**
     * Takes the deadline from the value, so that neither a read nor a lost exchange, which keeps the value, changes it.
     * A deadline may have overflowed; only differences are used.
     */
    private abstract static class UntilDeadline<V> implements Expiry<String, V> {
        abstract long deadline(V value);

        @Override
        public long expireAfterCreate(String key, V value, long currentTime) {
            return deadline(value) - currentTime;
        }

        @Override
        public long expireAfterUpdate(String key, V value, long currentTime, long currentDuration) {
            return deadline(value) - currentTime;
        }

        @Override
        public long expireAfterRead(String key, V value, long currentTime, long currentDuration) {
            return currentDuration;
        }
    }

    /** Builds a store. Not thread-safe. */
    public static final class Builder {
        private static final long MAX_SIZE = 1_000_000_000;

        private long maximumSize = 250_000;
        private Ticker ticker = Ticker.systemTicker();

        private Builder() {}

        /**
         * Sets the number of recipients, and the number of counters of clients, from which the store refuses new ones;
         * 250 000 each by default. A recipient uses one entry until its limits have expired, by default a day after the
         * last send. A client uses one counter per limit and window in which a permit was acquired and not released,
         * until two windows of the limit have passed. Threads that add at the same moment may exceed the size by one
         * each.
         *
         * <p>A million recipients use about 235 MB of heap, a million counters about 180 MB (64-bit JVM, compressed
         * references): a full store of the default size uses 60 MB, and 105 MB with a client limit.
         *
         * @param maximumSize 1 to 1 000 000 000
         * @return this builder
         */
        public Builder maximumSize(long maximumSize) {
            if (maximumSize < 1 || maximumSize > MAX_SIZE) {
                throw new IllegalArgumentException(
                        "maximumSize must be within [1, " + MAX_SIZE + "], but was " + maximumSize);
            }
            this.maximumSize = maximumSize;
            return this;
        }

        Builder ticker(Ticker ticker) {
            this.ticker = ticker;
            return this;
        }

        /**
         * Returns the store.
         *
         * @return a new, empty store
         */
        public CaffeineOtpStore build() {
            return new CaffeineOtpStore(maximumSize, ticker);
        }
    }
}
