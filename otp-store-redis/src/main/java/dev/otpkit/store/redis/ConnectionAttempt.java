package dev.otpkit.store.redis;

import io.lettuce.core.RedisCommandInterruptedException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisException;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.ConnectTimeoutException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to connect, with a record of the servers that accepted a TCP connection, and of the time for which this
 * process was stalled. It distinguishes an unreachable server from an unresponsive one, and both from a process that
 * lacks CPU. Thread-safe.
 */
final class ConnectionAttempt {
    private static final long SLICE_NANOS = Duration.ofMillis(20).toNanos();

    /** A stall is reported from a fifth of the waiting time on. */
    private static final int STALLED_SHARE = 5;

    /** A shorter stall is normal on a busy machine, and is not counted. */
    private static final long TOLERATED_NANOS = Duration.ofMillis(10).toNanos();

    private final long start = System.nanoTime();
    private final Duration loading;
    private final Set<SocketAddress> tried = ConcurrentHashMap.newKeySet();
    private final Set<SocketAddress> reached = ConcurrentHashMap.newKeySet();
    private final AtomicLong stalledNanos = new AtomicLong();
    private volatile @Nullable SocketAddress lastReached;

    /** @param loading the time for loading the client's classes */
    ConnectionAttempt(Duration loading) {
        this.loading = loading;
    }

    /** Waits for a future, in slices, which measure the time for which the process is stalled. */
    <T> T await(Future<T> future, Deadline deadline) {
        try {
            while (true) {
                long asked = Math.min(SLICE_NANOS, deadline.remainingNanos());
                long before = System.nanoTime();
                try {
                    return future.get(asked, TimeUnit.NANOSECONDS);
                } catch (TimeoutException e) {
                    if (deadline.remainingNanos() == 0) {
                        throw late();
                    }
                } finally {
                    countStall(System.nanoTime() - before - asked);
                }
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RedisException failure
                    ? failure
                    : new RedisConnectionException("no connection", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RedisCommandInterruptedException(e);
        }
    }

    private void countStall(long nanos) {
        if (nanos > TOLERATED_NANOS) {
            stalledNanos.addAndGet(nanos);
        }
    }

    /** Returns this failure, or, if it was caused by a time-out, one that describes the state of the attempt. */
    RedisException explained(RedisException failure) {
        if (failure instanceof ConnectionTimeoutException || !isTimeout(failure)) {
            return failure;
        }
        ConnectionTimeoutException explained = late();
        explained.initCause(failure);
        return explained;
    }

    /** Returns an exception with the current state of the attempt. */
    ConnectionTimeoutException late() {
        Set<SocketAddress> unreached = new HashSet<>(tried);
        unreached.removeAll(reached);
        SocketAddress last = lastReached;
        return new ConnectionTimeoutException(reason(
                unreached.stream().map(ConnectionAttempt::name).sorted().collect(Collectors.joining(", ")),
                last == null ? "" : name(last),
                Duration.ofNanos(System.nanoTime() - start),
                loading,
                Duration.ofNanos(stalledNanos.get())));
    }

    /**
     * Describes the state of an attempt that has no connection yet.
     *
     * @param unreached the servers that did not accept a TCP connection; may be empty
     * @param reached the server of the last TCP connection; may be empty
     */
    static String reason(String unreached, String reached, Duration waited, Duration loading, Duration stalled) {
        String reason;
        if (!unreached.isEmpty()) {
            reason = "no TCP connection to " + unreached;
        } else if (!reached.isEmpty()) {
            reason = "handshake not completed with " + reached + ", which accepted a TCP connection,";
        } else {
            reason = "host name not resolved";
        }
        reason += " within " + seconds(waited) + ", after " + seconds(loading) + " for loading the client";
        return stalled.multipliedBy(STALLED_SHARE).compareTo(waited) < 0
                ? reason
                : reason + "; this process lacked CPU: it was stalled for " + seconds(stalled) + " of these "
                        + seconds(waited);
    }

    private static String seconds(Duration time) {
        long tenths = (time.toMillis() + 50) / 100;
        return tenths / 10 + "." + tenths % 10 + " s";
    }

    private static boolean isTimeout(RedisException failure) {
        Throwable cause = RedisErrors.decisive(failure);
        return cause instanceof ConnectTimeoutException || cause instanceof RedisCommandTimeoutException;
    }

    private static String name(SocketAddress address) {
        return address instanceof InetSocketAddress internet
                ? RedisUris.hostAndPort(internet.getHostString(), internet.getPort())
                : address.toString();
    }

    /** Records the servers that a channel tries and reaches. */
    static final class Observer extends ChannelDuplexHandler {
        private final ConnectionAttempt attempt;

        Observer(ConnectionAttempt attempt) {
            this.attempt = attempt;
        }

        @Override
        public void connect(
                ChannelHandlerContext context, SocketAddress remote, SocketAddress local, ChannelPromise promise)
                throws Exception {
            attempt.tried.add(remote);
            super.connect(context, remote, local, promise);
        }

        @Override
        public void channelActive(ChannelHandlerContext context) throws Exception {
            SocketAddress remote = context.channel().remoteAddress();
            if (remote != null) {
                attempt.reached.add(remote);
                attempt.lastReached = remote;
            }
            super.channelActive(context);
        }
    }
}
