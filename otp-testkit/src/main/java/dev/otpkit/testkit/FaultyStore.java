package dev.otpkit.testkit;

import dev.otpkit.OtpStoreException;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.spi.StoredRecord;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A store that can be unavailable, refuse to write or lose its replies, in front of one that works. It is for tests of
 * an application whose store fails.
 *
 * <p>It works until {@link #failWith} or {@link #failNext} ask for a {@link Fault}, and again after {@link #recover()}.
 * A fault throws an {@link OtpStoreException}, as a store in production does. Thread-safe; a change holds for calls
 * that begin after it.
 */
public final class FaultyStore implements OtpStore {
    private final OtpStore store;
    private final Duration pause;
    private final Queue<Call> journal = new ConcurrentLinkedQueue<>();
    private Fault always = Fault.NONE;
    private Fault next = Fault.NONE;
    private int nextCalls;

    private FaultyStore(OtpStore store, Duration pause) {
        this.store = Objects.requireNonNull(store, "store must not be null");
        this.pause = pause;
    }

    /**
     * Returns a store that keeps its records in the memory of this JVM. It never cleans up: it is for tests.
     *
     * @return a new, empty store without a fault
     */
    public static FaultyStore create() {
        return around(new MapOtpStore());
    }

    /**
     * Returns a store that passes its calls on to another.
     *
     * @param store keeps the records; closed when the new store is closed
     * @return a new store without a fault
     */
    public static FaultyStore around(OtpStore store) {
        return new FaultyStore(store, Duration.ZERO);
    }

    /** Returns a store with slow exchanges, so that racing callers have all read the same record. */
    static FaultyStore slow(OtpStore store, Duration pause) {
        return new FaultyStore(store, pause);
    }

    /** A way in which a store fails. An addition of zero to a counter is a read. */
    public enum Fault {
        /** No fault: the store works. */
        NONE,
        /** Reads and writes do nothing and throw, as if the server were down. */
        UNAVAILABLE,
        /** Reads work. Writes do nothing and throw, as on a replica or a server whose memory is full. */
        READ_ONLY,
        /** Reads work. Writes take effect and then throw, as if the connection broke before the reply arrived. */
        REPLY_LOST
    }

    /** A call; record and ttl are null if the call had none. */
    record Call(
            String name,
            @Nullable StoredRecord record,
            @Nullable Duration ttl) {}

    /**
     * Makes calls fail until another fault is asked for.
     *
     * @param fault the way to fail; {@link Fault#NONE} is the same as {@link #recover()}
     */
    public synchronized void failWith(Fault fault) {
        always = Objects.requireNonNull(fault, "fault must not be null");
        next = Fault.NONE;
        nextCalls = 0;
    }

    /**
     * Makes the next call fail; later ones only by {@link #failWith}.
     *
     * @param fault the way to fail; any but {@link Fault#NONE}
     */
    public void failNext(Fault fault) {
        failNext(fault, 1);
    }

    /**
     * Makes the next calls fail; later ones only by {@link #failWith}. Only calls that fail are counted: a read under
     * {@link Fault#REPLY_LOST} works and is not one of them.
     *
     * @param fault the way to fail; any but {@link Fault#NONE}
     * @param calls the number of calls that fail; at least 1
     */
    public synchronized void failNext(Fault fault, int calls) {
        if (Objects.requireNonNull(fault, "fault must not be null") == Fault.NONE) {
            throw new IllegalArgumentException("fault must not be NONE");
        }
        if (calls < 1) {
            throw new IllegalArgumentException("calls must be at least 1, but was " + calls);
        }
        next = fault;
        nextCalls = calls;
    }

    /** Makes the store work again. Its records stay, with the writes whose replies were lost. */
    public void recover() {
        failWith(Fault.NONE);
    }

    /**
     * Returns the number of calls: reads, exchanges and additions, failed ones included.
     *
     * @return zero for a new store
     */
    public int calls() {
        return journal.size();
    }

    List<Call> journal() {
        return List.copyOf(journal);
    }

    /** Returns the lifetimes of all calls, in order. */
    List<Duration> lifetimes() {
        return journal.stream().flatMap(call -> Stream.ofNullable(call.ttl())).toList();
    }

    Duration lastLifetime() {
        List<Duration> lifetimes = lifetimes();
        return lifetimes.get(lifetimes.size() - 1);
    }

    @Override
    public @Nullable StoredRecord get(String key) {
        journal.add(new Call(key, null, null));
        refuse(faultOf(false));
        return store.get(key);
    }

    @Override
    public @Nullable StoredRecord compareAndExchange(
            String key, @Nullable StoredRecord expected, @Nullable StoredRecord update, Duration ttl) {
        journal.add(new Call(key, update, update == null ? null : ttl));
        Fault fault = faultOf(true);
        refuse(fault);
        if (!pause.isZero()) {
            LockSupport.parkNanos(pause.toNanos());
        }
        StoredRecord found = store.compareAndExchange(key, expected, update, ttl);
        loseReply(fault);
        return found;
    }

    @Override
    public long increment(String counter, long delta, Duration ttl) {
        journal.add(new Call(counter, null, ttl));
        Fault fault = faultOf(delta != 0);
        refuse(fault);
        long value = store.increment(counter, delta, ttl);
        loseReply(fault);
        return value;
    }

    /** Decides once per call, so that a change in the middle of one has no effect on it. */
    private synchronized Fault faultOf(boolean write) {
        Fault fault = nextCalls > 0 ? next : always;
        if (!write && fault != Fault.UNAVAILABLE) {
            return Fault.NONE;
        }
        if (nextCalls > 0) {
            nextCalls--;
        }
        return fault;
    }

    private static void refuse(Fault fault) {
        if (fault == Fault.UNAVAILABLE || fault == Fault.READ_ONLY) {
            throw failure(fault);
        }
    }

    private static void loseReply(Fault fault) {
        if (fault == Fault.REPLY_LOST) {
            throw failure(fault);
        }
    }

    private static OtpStoreException failure(Fault fault) {
        return new OtpStoreException("the test made the store fail: " + fault);
    }

    @Override
    public boolean isShared() {
        return store.isShared();
    }

    @Override
    public void close() {
        store.close();
    }

    @Override
    public synchronized String toString() {
        return "FaultyStore[fault=" + (nextCalls > 0 ? next : always) + ", calls=" + calls() + "]";
    }
}
