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
 * The course of one attempt to connect: which servers took a TCP connection, and for how long this process stood still.
 * Tells a server that cannot be reached from one that does not answer, and both from a process without a CPU.
 * Thread-safe.
 */
final class ConnectionAttempt {
    private static final long SLICE_NANOS = Duration.ofMillis(20).toNanos();

    /** Standing still for less than a fifth of the time is not worth a word. */
    private static final int STALLED_SHARE = 5;

    /** A process stands still for so long on any busy machine. */
    private static final long TOLERATED_NANOS = Duration.ofMillis(10).toNanos();

    private final long start = System.nanoTime();
    private final Duration rehearsal;
    private final Set<SocketAddress> tried = ConcurrentHashMap.newKeySet();
    private final Set<SocketAddress> reached = ConcurrentHashMap.newKeySet();
    private final AtomicLong stalledNanos = new AtomicLong();
    private volatile @Nullable SocketAddress lastReached;

    /** @param rehearsal the time that loading the client's classes took */
    ConnectionAttempt(Duration rehearsal) {
        this.rehearsal = rehearsal;
    }

    /** Returns what a future brings; by waiting in slices it measures for how long the process stands still. */
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
                    stood(System.nanoTime() - before - asked);
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

    private void stood(long nanos) {
        if (nanos > TOLERATED_NANOS) {
            stalledNanos.addAndGet(nanos);
        }
    }

    /** Returns this failure, or if a time-out is behind it, one that tells what had happened until then. */
    RedisException explained(RedisException failure) {
        if (failure instanceof ConnectionTimeoutException || !isTimeout(failure)) {
            return failure;
        }
        ConnectionTimeoutException explained = late();
        explained.initCause(failure);
        return explained;
    }

    /** Returns why there is no connection at this moment. */
    ConnectionTimeoutException late() {
        Set<SocketAddress> unreached = new HashSet<>(tried);
        unreached.removeAll(reached);
        SocketAddress last = lastReached;
        return new ConnectionTimeoutException(reason(
                unreached.stream().map(ConnectionAttempt::name).sorted().collect(Collectors.joining(", ")),
                last == null ? "" : name(last),
                Duration.ofNanos(System.nanoTime() - start),
                rehearsal,
                Duration.ofNanos(stalledNanos.get())));
    }

    /**
     * Says why there is no connection yet.
     *
     * @param unreached the servers without a TCP connection; may be empty
     * @param reached the server of the last TCP connection; may be empty
     */
    static String reason(String unreached, String reached, Duration waited, Duration rehearsal, Duration stalled) {
        String reason;
        if (!unreached.isEmpty()) {
            reason = "no TCP connection to " + unreached;
        } else if (!reached.isEmpty()) {
            reason = "no end of the handshake with " + reached + ", which took a TCP connection,";
        } else {
            reason = "no address of its name";
        }
        reason += " within " + seconds(waited) + ", after " + seconds(rehearsal) + " for loading the client";
        return stalled.multipliedBy(STALLED_SHARE).compareTo(waited) < 0
                ? reason
                : reason + "; this process was short of CPU: it stood still for " + seconds(stalled) + " of these "
                        + seconds(waited);
    }

    private static String seconds(Duration time) {
        long tenths = (time.toMillis() + 50) / 100;
        return tenths / 10 + "." + tenths % 10 + " s";
    }

    private static boolean isTimeout(RedisException failure) {
        Throwable telling = RedisErrors.telling(failure);
        return telling instanceof ConnectTimeoutException || telling instanceof RedisCommandTimeoutException;
    }

    private static String name(SocketAddress address) {
        return address instanceof InetSocketAddress internet
                ? RedisUris.hostAndPort(internet.getHostString(), internet.getPort())
                : address.toString();
    }

    /** Tells the attempt of the moment which servers a channel tries and reaches. */
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
