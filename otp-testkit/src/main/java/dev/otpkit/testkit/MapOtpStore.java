package dev.otpkit.testkit;

import dev.otpkit.spi.OtpStore;
import dev.otpkit.spi.StoredRecord;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The smallest correct store, for one process. It removes an expired key only when that key is used again. */
final class MapOtpStore implements OtpStore {
    private final ConcurrentMap<String, Entry<StoredRecord>> records = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Entry<Long>> counters = new ConcurrentHashMap<>();

    private record Entry<V>(V value, long deadline) {
        static <V> Entry<V> of(V value, Duration ttl) {
            return new Entry<>(value, System.nanoTime() + ttl.toNanos());
        }

        static <V> @Nullable V live(@Nullable Entry<V> entry) {
            return entry == null || System.nanoTime() - entry.deadline >= 0 ? null : entry.value;
        }
    }

    @Override
    public @Nullable StoredRecord get(String key) {
        return Entry.live(records.get(key));
    }

    @Override
    public @Nullable StoredRecord compareAndExchange(
            String key, @Nullable StoredRecord expected, @Nullable StoredRecord update, Duration ttl) {
        AtomicReference<@Nullable StoredRecord> found = new AtomicReference<>();
        records.compute(key, (name, entry) -> {
            StoredRecord current = Entry.live(entry);
            found.set(current);
            if (!Objects.equals(current, expected)) {
                return entry;
            }
            return update == null ? null : Entry.of(update, ttl);
        });
        return found.get();
    }

    @Override
    public long increment(String counter, long delta, Duration ttl) {
        Entry<Long> left = counters.compute(counter, (name, entry) -> {
            Long current = Entry.live(entry);
            long sum = current == null ? delta : current + delta;
            if (sum <= 0) {
                return null;
            }
            return current == null ? Entry.of(sum, ttl) : new Entry<>(sum, entry.deadline());
        });
        return left == null ? 0 : left.value();
    }

    @Override
    public boolean isShared() {
        return false;
    }
}
