package dev.otpkit.store.redis;

import dev.otpkit.OtpStoreException;
import io.lettuce.core.RedisCommandInterruptedException;
import io.lettuce.core.RedisException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Primaries that are connected at the start, or else by the first call that needs them. In the second case attempts run
 * in a separate thread, one at a time: all calls that need a connection wait for the same attempt, each within its own
 * time limit.
 */
final class OnDemandPrimaries implements Primaries {
    static final String CLOSED = "the store is closed; a closed store cannot be used again";

    /** The time after a failed attempt in which calls fail at once. */
    private static final long PAUSE_NANOS = Duration.ofMillis(250).toNanos();

    private final Connector connector;
    private final Consumer<Primaries> check;
    private final Duration timeout;
    private volatile @Nullable Primaries connected;
    private @Nullable Attempt attempt;
    private boolean closed;

    /**
     * Creates primaries without connecting them.
     *
     * @param connector the connector, closed with these primaries
     * @param check runs on each new connection before any call; an exception ends the attempt
     * @param timeout the longest time for which a call waits for an attempt
     */
    OnDemandPrimaries(Connector connector, Consumer<Primaries> check, Duration timeout) {
        this.connector = connector;
        this.check = check;
        this.timeout = timeout;
    }

    /**
     * Connects in the calling thread.
     *
     * @throws RedisException if there is no connection
     * @throws IllegalStateException if the server is too old
     */
    Primaries connect() {
        Primaries primaries = connector.connect();
        boolean checked = false;
        try {
            check.accept(primaries);
            checked = true;
        } finally {
            if (!checked) {
                primaries.close();
            }
        }
        connected = primaries;
        return primaries;
    }

    private Primaries connected(Deadline deadline) {
        Primaries present = connected;
        if (present != null) {
            return present;
        }
        Attempt current = currentAttempt();
        long nanos = Math.min(deadline.remainingNanos(), current.waitLimit.remainingNanos());
        try {
            return current.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw connector.late();
        } catch (CancellationException e) {
            throw new OtpStoreException(CLOSED, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RedisCommandInterruptedException(e);
        } catch (ExecutionException e) {
            throw failureOf(e.getCause());
        }
    }

    private static RuntimeException failureOf(@Nullable Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        if (cause instanceof IllegalStateException tooOld) {
            return new OtpStoreException(String.valueOf(tooOld.getMessage()), tooOld);
        }
        return cause instanceof RuntimeException failure ? failure : new RedisException(cause);
    }

    /** Returns the running attempt, or the last one if it failed within the pause, or else a new one. */
    private synchronized Attempt currentAttempt() {
        if (closed) {
            throw new OtpStoreException(CLOSED);
        }
        Attempt last = attempt;
        if (last != null && !last.isOver()) {
            return last;
        }
        Attempt next = new Attempt();
        attempt = next;
        // No inherited thread locals: the attempt serves many callers.
        Thread thread = new Thread(null, next, "otpkit-redis-connect", 0, false);
        thread.setDaemon(true);
        thread.start();
        return next;
    }

    /** An attempt that calls wait for. */
    private final class Attempt extends FutureTask<Primaries> {
        /** The moment from which new calls no longer wait for this attempt. */
        private final Deadline waitLimit = Deadline.in(timeout);

        private volatile Deadline pause = Deadline.in(timeout);

        Attempt() {
            super(OnDemandPrimaries.this::connect);
        }

        @Override
        protected void done() {
            pause = new Deadline(System.nanoTime() + PAUSE_NANOS);
        }

        /** Returns whether the attempt failed, and the pause after it has passed. */
        boolean isOver() {
            return isDone() && connected == null && pause.remainingNanos() == 0;
        }
    }

    @Override
    public Node forKey(byte[] key, Deadline deadline) {
        return connected(deadline).forKey(key, deadline);
    }

    @Override
    public String describe(byte[] key) {
        Primaries present = connected;
        return present == null ? connector.toString() : present.describe(key);
    }

    @Override
    public @Nullable Node redirected(Node from, String error, Deadline deadline) {
        return connected(deadline).redirected(from, error, deadline);
    }

    @Override
    public List<Node> all(Deadline deadline) {
        return connected(deadline).all(deadline);
    }

    @Override
    public List<String> hosts() {
        Primaries present = connected;
        return present == null ? List.of() : present.hosts();
    }

    @Override
    public void failed(RedisException failure) {
        Primaries present = connected;
        if (present != null) {
            present.failed(failure);
        }
    }

    @Override
    public @Nullable Throwable lastFailure() {
        Primaries present = connected;
        return present == null ? null : present.lastFailure();
    }

    @Override
    public String toString() {
        Primaries present = connected;
        return present == null ? connector.toString() : present.toString();
    }

    /** Closes all connections, and ends a running attempt. */
    @Override
    public void close() {
        Attempt current;
        synchronized (this) {
            closed = true;
            current = attempt;
        }
        if (current != null) {
            current.cancel(true);
        }
        connector.close();
    }
}
