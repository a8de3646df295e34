package dev.otpkit.testkit;

import dev.otpkit.OtpStoreException;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.spi.StoredRecord;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A store in front of another that remembers all it was told, and can be away. It takes its time before an exchange, so
 * that racing callers have all read the same record and the slower ones decided on what is no longer there. Thread-safe.
 */
final class WatchedStore implements OtpStore {
    private static final long PAUSE_NANOS = 1_000_000;

    private final OtpStore store;
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private volatile Mood mood = Mood.WELL;

    WatchedStore(OtpStore store) {
        this.store = store;
    }

    /** What the store was asked; ttl is null if no lifetime was needed. */
    record Call(
            String name,
            @Nullable StoredRecord record,
            @Nullable Duration ttl) {}

    enum Mood {
        /** Answers. */
        WELL,
        /** Does nothing and throws. */
        AWAY,
        /** Answers reads, does not write and throws. */
        READ_ONLY,
        /** Writes what it is told, and then throws. */
        MUTE
    }

    void become(Mood mood) {
        this.mood = mood;
    }

    List<Call> calls() {
        return List.copyOf(calls);
    }

    /** Returns every lifetime that was asked for, in order. */
    List<Duration> lifetimes() {
        return calls.stream().flatMap(call -> Stream.ofNullable(call.ttl())).toList();
    }

    Duration lastLifetime() {
        List<Duration> lifetimes = lifetimes();
        return lifetimes.get(lifetimes.size() - 1);
    }

    @Override
    public @Nullable StoredRecord get(String key) {
        calls.add(new Call(key, null, null));
        if (mood == Mood.AWAY) {
            throw away();
        }
        return store.get(key);
    }

    @Override
    public @Nullable StoredRecord compareAndExchange(
            String key, @Nullable StoredRecord expected, @Nullable StoredRecord update, Duration ttl) {
        calls.add(new Call(key, update, update == null ? null : ttl));
        throwBefore();
        LockSupport.parkNanos(PAUSE_NANOS);
        StoredRecord found = store.compareAndExchange(key, expected, update, ttl);
        throwAfter();
        return found;
    }

    @Override
    public long increment(String counter, long delta, Duration ttl) {
        calls.add(new Call(counter, null, ttl));
        throwBefore();
        long value = store.increment(counter, delta, ttl);
        throwAfter();
        return value;
    }

    private void throwBefore() {
        if (mood == Mood.AWAY || mood == Mood.READ_ONLY) {
            throw away();
        }
    }

    private void throwAfter() {
        if (mood == Mood.MUTE) {
            throw away();
        }
    }

    private static OtpStoreException away() {
        return new OtpStoreException("the store is away, as the test wants it");
    }

    @Override
    public boolean isShared() {
        return store.isShared();
    }

    @Override
    public void close() {
        store.close();
    }
}
