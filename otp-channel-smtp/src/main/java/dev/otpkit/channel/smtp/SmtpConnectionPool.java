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

/** The connections that are kept open for the next mail; the last one is used first. Thread-safe. */
final class SmtpConnectionPool {
    static final int MAX_KEPT = 8;

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
        if (closed || idleNanos == 0 || kept.size() >= MAX_KEPT) {
            return false;
        }
        kept.addLast(new Kept(connection, System.nanoTime()));
        if (nextSweep == null) {
            nextSweep = timer.schedule(this::sweep, idleNanos, TimeUnit.NANOSECONDS);
        }
        return true;
    }

    private void sweep() {
        List<Kept> old = new ArrayList<>();
        synchronized (this) {
            long now = System.nanoTime();
            while (!kept.isEmpty() && now - kept.getFirst().since >= idleNanos) {
                old.add(kept.removeFirst());
            }
            nextSweep = kept.isEmpty()
                    ? null
                    : timer.schedule(this::sweep, idleNanos - (now - kept.getFirst().since), TimeUnit.NANOSECONDS);
        }
        old.forEach(each -> each.connection.quit());
    }

    private record Kept(SmtpConnection connection, long since) {}
}
