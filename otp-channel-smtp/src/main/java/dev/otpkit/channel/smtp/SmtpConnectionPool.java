package dev.otpkit.channel.smtp;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connections that are kept open for the next mail; the last one is used first. Thread-safe.
 *
 * <p>Most of them are kept for a second only, from which a burst of mails on many threads has its connections. If more
 * than a few stayed for the whole idle time, each process would hold as many connections after its burst as it had in
 * it, and servers allow a client only so many: Postfix 50 by default, Exim 20 for all clients together.
 */
final class SmtpConnectionPool {
    /** The number of connections that stay for the whole idle time. */
    static final int MAX_KEPT = 8;

    /** The number of connections that are kept at all. */
    static final int MAX_BRIEFLY_KEPT = 64;

    private static final long BRIEF_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final long idleNanos;
    private final ScheduledExecutorService timer;
    private final Deque<Kept> kept = new ArrayDeque<>();
    private @Nullable Future<?> nextSweep;
    private boolean closed;

    SmtpConnectionPool(Duration idleTimeout, ScheduledExecutorService timer) {
        this.idleNanos = idleTimeout.toNanos();
        this.timer = timer;
    }

    /** Removes and returns the connection that was used last; null if there is none. */
    synchronized @Nullable SmtpConnection take() {
        Kept last = kept.pollLast();
        return last == null ? null : last.connection;
    }

    /** Keeps a connection, or closes it if the pool is full or closed. */
    void put(SmtpConnection connection) {
        if (!keep(connection)) {
            connection.quit();
        }
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /** Closes the kept connections, and from now on each that is put back. */
    void close() {
        List<Kept> rest;
        synchronized (this) {
            closed = true;
            if (nextSweep != null) {
                nextSweep.cancel(false);
            }
            rest = List.copyOf(kept);
            kept.clear();
        }
        rest.forEach(each -> each.connection.quit());
    }

    private synchronized boolean keep(SmtpConnection connection) {
        if (closed || idleNanos == 0 || kept.size() >= MAX_BRIEFLY_KEPT) {
            return false;
        }
        kept.addLast(new Kept(connection, System.nanoTime()));
        if (nextSweep == null) {
            nextSweep = timer.schedule(this::sweep, Math.min(idleNanos, BRIEF_NANOS), TimeUnit.NANOSECONDS);
        }
        return true;
    }

    private void sweep() {
        List<Kept> old = new ArrayList<>();
        synchronized (this) {
            long now = System.nanoTime();
            while (!kept.isEmpty() && leftOfFirst(now) <= 0) {
                old.add(kept.removeFirst());
            }
            nextSweep = kept.isEmpty()
                    ? null
                    : timer.schedule(this::sweep, Math.min(leftOfFirst(now), BRIEF_NANOS), TimeUnit.NANOSECONDS);
        }
        old.forEach(each -> each.connection.quit());
    }

    /** Returns the time for which the connection that was used first may still be kept. */
    private long leftOfFirst(long now) {
        long limit = kept.size() > MAX_KEPT ? Math.min(idleNanos, BRIEF_NANOS) : idleNanos;
        return limit - (now - kept.getFirst().since);
    }

    private record Kept(SmtpConnection connection, long since) {}
}
