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
 * Servers that are connected to at the start, or else when the first call needs them. In the second case attempts run
 * in a thread of their own, one at a time: all calls that need a connection share it, and none waits longer than it
 * may.
 */
final class OnDemandPrimaries implements Primaries {
    static final String CLOSED = "the store is closed; a closed store cannot be used again";

    /** After a failed attempt, calls fail at once for so long. */
    private static final long PAUSE_NANOS = Duration.ofMillis(250).toNanos();

    private final Connector connector;
    private final Consumer<Primaries> welcome;
    private final Duration timeout;
    private volatile @Nullable Primaries connected;
    private @Nullable Attempt attempt;
    private boolean closed;

    /**
     * Creates servers that are not connected to.
     *
     * @param connector closed with this
     * @param welcome given each new connection before anyone else; an exception of its own ends the attempt
     * @param timeout the time for which calls wait for one attempt at most
     */
    OnDemandPrimaries(Connector connector, Consumer<Primaries> welcome, Duration timeout) {
        this.connector = connector;
        this.welcome = welcome;
        this.timeout = timeout;
    }

    /**
     * Makes an attempt in the calling thread.
     *
     * @throws RedisException if there is no connection
     * @throws IllegalStateException if the server is too old
     */
    Primaries connect() {
        Primaries primaries = connector.connect();
        boolean welcomed = false;
        try {
            welcome.accept(primaries);
            welcomed = true;
        } finally {
            if (!welcomed) {
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
        long nanos = Math.min(deadline.remainingNanos(), current.patience.remainingNanos());
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

    /** Returns the attempt that runs, or the last one if it ended a moment ago, or else a new one. */
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
        // It inherits nothing from the thread of a caller, who is one of many.
        Thread thread = new Thread(null, next, "otpkit-redis-connect", 0, false);
        thread.setDaemon(true);
        thread.start();
        return next;
    }

    /** An attempt that calls wait for. */
    private final class Attempt extends FutureTask<Primaries> {
        /** From now on calls would wait for longer than the first of them may. */
        private final Deadline patience = Deadline.in(timeout);

        private volatile Deadline pause = Deadline.in(timeout);

        Attempt() {
            super(OnDemandPrimaries.this::connect);
        }

        @Override
        protected void done() {
            pause = new Deadline(System.nanoTime() + PAUSE_NANOS);
        }

        /** Tells whether it has failed, and not just now. */
        boolean isOver() {
            return isDone() && connected == null && pause.remainingNanos() == 0;
        }
    }

    @Override
    public Node of(byte[] key, Deadline deadline) {
        return connected(deadline).of(key, deadline);
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
    public void doubt(RedisException failure) {
        Primaries present = connected;
        if (present != null) {
            present.doubt(failure);
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

    /** Closes what is open, and ends an attempt that runs. */
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
