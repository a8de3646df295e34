package dev.otpkit.store.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisCommandInterruptedException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisException;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.event.connection.ReconnectFailedEvent;
import io.lettuce.core.protocol.CommandEncoder;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.NettyCustomizer;
import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a client that the store creates for itself behaves: it sends nothing twice, refuses what it can not send now, drops a
 * connection that has fallen silent, and connects again by itself.
 *
 * @param <C> what Lettuce calls it
 */
@SuppressWarnings("FutureReturnValueIgnored") // Where the end is waited for, a listener tells.
final class OwnClient<C extends AbstractRedisClient> implements RedisConnectionStateListener {
    private static final Logger LOG = LoggerFactory.getLogger(OwnClient.class);

    /** Far more than threads wait at a time; what was given up counts until its answer comes. */
    private static final int MAX_REQUESTS = 10_000;

    private static final Duration LONGEST_RECONNECT_DELAY = Duration.ofSeconds(1);
    private static final long RECONNECT_NANOS = Duration.ofSeconds(1).toNanos();

    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Duration timeout;
    private final ClientResources resources;
    private final C client;
    private final AtomicLong lastReconnect = new AtomicLong(System.nanoTime());
    private volatile @Nullable SocketAddress lastAddress;
    private volatile @Nullable Throwable lastFailure;

    OwnClient(Duration timeout, Function<ClientResources, C> client) {
        if (Thread.currentThread().isInterrupted()) {
            // The flag can get lost while netty starts its timer, and then nothing would end the wait for a connection.
            throw new RedisCommandInterruptedException(new InterruptedException());
        }
        this.timeout = timeout;
        this.resources = DefaultClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .reconnectDelay(Delay.fullJitter(Duration.ZERO, LONGEST_RECONNECT_DELAY, 10, TimeUnit.MILLISECONDS))
                .nettyCustomizer(new NettyCustomizer() {
                    @Override
                    public void afterChannelInitialized(Channel channel) {
                        channels.add(channel);
                        // Later than the calls give up, so that they can tell why.
                        Duration silence = timeout.multipliedBy(5).dividedBy(4);
                        channel.pipeline().addFirst(new SilenceHandler(silence));
                        if (channel.pipeline().get(CommandEncoder.class) != null) {
                            channel.pipeline().replace(CommandEncoder.class, "silent-encoder", new SilentEncoder());
                        }
                    }
                })
                .build();
        resources.eventBus().get().subscribe(event -> {
            if (event instanceof ReconnectFailedEvent failed) {
                lastFailure = failed.getCause();
            }
        });
        C created = null;
        try {
            created = client.apply(resources);
        } finally {
            if (created == null) {
                shutDownResources();
            }
        }
        this.client = created;
        this.client.addListener(this);
    }

    C client() {
        return client;
    }

    /** Sets what this class promises. */
    <B extends ClientOptions.Builder> B configure(B options) {
        options.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                // Lettuce 7.5 tries again what it could not write; on another connection a WAIT confirms nothing.
                .replayFilter(command -> command.getType() == CommandType.WAIT)
                .requestQueueSize(MAX_REQUESTS)
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(timeout)
                        .keepAlive(true)
                        .build());
        return options;
    }

    @Nullable SocketAddress lastAddress() {
        return lastAddress;
    }

    @Nullable Throwable lastFailure() {
        return lastFailure;
    }

    /** Closes all connections, at most once a second; Lettuce looks the servers up again and opens new ones. */
    void reconnect(RedisException reason) {
        long last = lastReconnect.get();
        long now = System.nanoTime();
        if (now - last > RECONNECT_NANOS && lastReconnect.compareAndSet(last, now)) {
            lastFailure = reason;
            channels.close();
        }
    }

    /** Returns until when to wait for the first connection, so that all is over within twice the time-out. */
    static Deadline patience(Duration timeout) {
        return Deadline.in(timeout.multipliedBy(3).dividedBy(2));
    }

    /** Closes all in the background. */
    void abandon() {
        client.shutdownAsync(0, timeout.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((done, failure) -> shutDownResources());
    }

    /** Closes all, and waits for that as long as a call may take, in an interrupted thread too. */
    void close() {
        CountDownLatch closed = new CountDownLatch(1);
        client.shutdownAsync(0, timeout.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((done, failure) -> shutDownResources().addListener(future -> closed.countDown()));
        boolean interrupted = false;
        Deadline deadline = Deadline.in(timeout);
        while (true) {
            try {
                if (!closed.await(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
                    LOG.debug("The connections to Redis did not close within {}", timeout);
                }
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private io.netty.util.concurrent.Future<Boolean> shutDownResources() {
        return resources.shutdown(0, timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void onRedisConnected(RedisChannelHandler<?, ?> connection, SocketAddress address) {
        if (!(connection instanceof StatefulRedisSentinelConnection)) {
            lastAddress = address;
            lastFailure = null;
        }
    }

    /** Waits for a connection. */
    static <T> T connected(Future<T> connecting, Deadline deadline) {
        try {
            return connecting.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RedisException failure
                    ? failure
                    : new RedisConnectionException("no connection", e.getCause());
        } catch (TimeoutException e) {
            throw new RedisConnectionException("no connection in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RedisCommandInterruptedException(e);
        }
    }
}
