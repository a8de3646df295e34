package dev.otpkit.store.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandInterruptedException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.event.DefaultEventPublisherOptions;
import io.lettuce.core.event.connection.ReconnectFailedEvent;
import io.lettuce.core.protocol.CommandEncoder;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.NettyCustomizer;
import io.lettuce.core.resource.SocketAddressResolver;
import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client that the store creates and closes. It sends nothing twice, refuses requests while it is not connected,
 * closes an unresponsive connection, and reconnects by itself after the first connection.
 *
 * @param <C> the client's class in Lettuce
 */
@SuppressWarnings("FutureReturnValueIgnored") // Where the end matters, a listener signals it.
final class ManagedClient<C extends AbstractRedisClient> implements Connector, RedisConnectionStateListener {
    private static final Logger LOG = LoggerFactory.getLogger(ManagedClient.class);

    /** Far more than threads wait at a time; a request whose caller has given up counts until its reply arrives. */
    private static final int MAX_REQUESTS = 10_000;

    private static final int MAX_REQUESTS_PER_WRITE = 256;

    private static final Duration LONGEST_RECONNECT_DELAY = Duration.ofSeconds(1);
    private static final long RECONNECT_NANOS = Duration.ofSeconds(1).toNanos();

    /** Only a stalled process needs as long: a rehearsal depends on nothing outside of this process. */
    private static final Duration LONGEST_REHEARSAL = Duration.ofMinutes(5);

    private static final String NOWHERE = "nowhere.invalid";

    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Settings settings;
    private final BiFunction<ManagedClient<C>, Deadline, Primaries> attempt;
    private final @Nullable SslOptions tlsOptions;
    private final ClientResources resources;
    private final C client;
    private final Duration rehearsal;
    private final AtomicLong lastReconnect = new AtomicLong(System.nanoTime());
    private volatile ConnectionAttempt progress;
    private volatile boolean started;
    private volatile @Nullable SocketAddress lastAddress;
    private volatile @Nullable Throwable lastFailure;

    /**
     * The time limits of a client, and its description in messages.
     *
     * @param where hosts and ports, without credentials
     * @param timeout the limit of a call, and of a TCP connection when the client reconnects
     * @param connectTimeout the limit of a whole attempt to connect
     * @param steps the number of servers that an attempt may have to ask one after the other; each has an equal share
     *     of the limit
     * @param lazy true if calls wait for an attempt, so that a TCP connection may not take longer than a call
     */
    record Settings(String where, Duration timeout, Duration connectTimeout, int steps, boolean lazy) {
        /** Returns the time limit of one server in an attempt. */
        Duration share() {
            return connectTimeout.dividedBy(steps).plusNanos(1);
        }

        /** Returns the time limit of a TCP connection in an attempt. */
        Duration longestStep() {
            return lazy && timeout.compareTo(share()) < 0 ? timeout : share();
        }
    }

    /**
     * The parts of a client that the application gives.
     *
     * @param resources never shut down; null for four threads of the client's own
     * @param tls null for the certificates of this Java
     */
    record Given(
            @Nullable ClientResources resources, @Nullable SslOptions tls) {}

    /** Creates a client and loads its classes, without input or output. */
    ManagedClient(
            Settings settings,
            Given given,
            boolean tls,
            Function<ClientResources, C> client,
            BiFunction<ManagedClient<C>, Deadline, Primaries> attempt) {
        if (Thread.currentThread().isInterrupted()) {
            // Netty can lose the flag while it starts its timer, and then nothing would end the wait for a connection.
            throw new RedisCommandInterruptedException(new InterruptedException());
        }
        long start = System.nanoTime();
        this.settings = settings;
        this.attempt = attempt;
        this.progress = new ConnectionAttempt(Duration.ZERO);
        this.tlsOptions = given.tls();
        this.resources = resources(given.resources());
        resources.eventBus().get().subscribe(event -> {
            if (event instanceof ReconnectFailedEvent failed) {
                lastFailure = failed.getCause();
            }
        });
        C created = null;
        boolean complete = false;
        try {
            rehearse(tls);
            created = client.apply(resources);
            complete = true;
        } finally {
            if (!complete) {
                shutDownResources();
            }
        }
        this.client = created;
        this.client.addListener(this);
        this.rehearsal = Duration.ofNanos(System.nanoTime() - start);
    }

    private ClientResources resources(@Nullable ClientResources shared) {
        ClientResources.Builder builder = shared == null
                ? DefaultClientResources.builder().ioThreadPoolSize(2).computationThreadPoolSize(2)
                : sharing(shared);
        SocketAddressResolver resolver =
                shared == null ? new SocketAddressResolver() {} : shared.socketAddressResolver();
        NettyCustomizer customizer = shared == null ? new NettyCustomizer() {} : shared.nettyCustomizer();
        return builder.reconnectDelay(
                        Delay.fullJitter(Duration.ZERO, LONGEST_RECONNECT_DELAY, 10, TimeUnit.MILLISECONDS))
                .socketAddressResolver(new SocketAddressResolver() {
                    @Override
                    public SocketAddress resolve(RedisURI uri) {
                        return NOWHERE.equals(uri.getHost()) ? new LocalAddress(NOWHERE) : resolver.resolve(uri);
                    }
                })
                .nettyCustomizer(new NettyCustomizer() {
                    @Override
                    public void afterBootstrapInitialized(Bootstrap bootstrap) {
                        customizer.afterBootstrapInitialized(bootstrap);
                    }

                    @Override
                    public void afterChannelInitialized(Channel channel) {
                        customizer.afterChannelInitialized(channel);
                        initialize(channel);
                    }
                })
                .build();
    }

    /**
     * Returns resources on given threads, which their shutdown spares. Not {@link ClientResources#mutate()}: its result
     * stops the timer and an executor of the original at its shutdown, and has event loops of its own.
     */
    private static ClientResources.Builder sharing(ClientResources shared) {
        return DefaultClientResources.builder()
                .eventLoopGroupProvider(shared.eventLoopGroupProvider())
                .eventExecutorGroup(shared.eventExecutorGroup())
                .timer(shared.timer())
                .addressResolverGroup(shared.addressResolverGroup())
                .commandLatencyRecorder(shared.commandLatencyRecorder())
                // A second publisher would empty the recorder.
                .commandLatencyPublisherOptions(DefaultEventPublisherOptions.disabled());
    }

    /**
     * Connects to an address that no socket accepts, so that all classes for connecting are loaded before the time
     * limit starts: they take seconds of CPU time, of which a process may have half. Nothing leaves the process.
     */
    private void rehearse(boolean tls) {
        RedisURI nowhere = RedisURI.builder().withHost(NOWHERE).withSsl(tls).build();
        RedisClient rehearsing = RedisClient.create(resources);
        try {
            rehearsing.setOptions(configure(ClientOptions.builder()).build());
            connected(
                            rehearsing
                                    .connectAsync(ByteArrayCodec.INSTANCE, nowhere)
                                    .toCompletableFuture(),
                            Deadline.in(LONGEST_REHEARSAL))
                    .close();
            throw new IllegalStateException("the connection to " + NOWHERE + " must fail");
        } catch (RedisCommandInterruptedException e) {
            throw e;
        } catch (RedisException e) {
            LOG.trace("The classes of the client are loaded", e);
        } finally {
            rehearsing.shutdownAsync(0, settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void initialize(Channel channel) {
        channels.add(channel);
        Duration limit = started ? settings.timeout() : settings.longestStep();
        channel.config().setConnectTimeoutMillis((int) Math.max(1, limit.toMillis()));
        // Later than the time-out of calls, so that their exceptions name it. The first attempt ends by itself.
        Duration overdue = settings.timeout().multipliedBy(5).dividedBy(4);
        channel.pipeline().addFirst(new ResponseTimeoutHandler(overdue, () -> !started));
        if (!started) {
            channel.pipeline().addFirst(new ConnectionAttempt.Observer(progress));
        }
        // Requests that callers hand over at the same time leave in one write.
        channel.pipeline().addFirst(new FlushConsolidationHandler(MAX_REQUESTS_PER_WRITE, true));
        PendingCommandHandler.addTo(channel.pipeline());
        if (channel.pipeline().get(CommandEncoder.class) != null) {
            channel.pipeline().replace(CommandEncoder.class, "unlogged-encoder", new UnloggedEncoder());
        }
    }

    C client() {
        return client;
    }

    Settings settings() {
        return settings;
    }

    /** Sets the options on which the promises of this class depend. */
    <B extends ClientOptions.Builder> B configure(B options) {
        options.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                // Lettuce 7.5 retries commands that it could not write; on another connection a WAIT confirms nothing.
                .replayFilter(command -> command.getType() == CommandType.WAIT)
                .requestQueueSize(MAX_REQUESTS)
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(settings.longestStep())
                        .keepAlive(true)
                        .build());
        if (tlsOptions != null) {
            options.sslOptions(tlsOptions);
        }
        return options;
    }

    @Nullable SocketAddress lastAddress() {
        return lastAddress;
    }

    @Nullable Throwable lastFailure() {
        return lastFailure;
    }

    @Override
    public Primaries connect() {
        ConnectionAttempt current = new ConnectionAttempt(rehearsal);
        progress = current;
        Deadline deadline = Deadline.in(settings.connectTimeout());
        boolean connected = false;
        try {
            Primaries primaries = attempt.apply(this, deadline);
            started = true;
            connected = true;
            return primaries;
        } catch (RedisException e) {
            throw current.explained(e);
        } finally {
            if (!connected) {
                channels.close();
            }
        }
    }

    @Override
    public RedisException late() {
        return progress.late();
    }

    /** Waits for one step of the running attempt. */
    <T> T await(Future<T> step, Deadline deadline) {
        return progress.await(step, deadline);
    }

    /** Waits for a connection of the running attempt; a late one is closed. */
    <T extends StatefulConnection<?, ?>> T opened(CompletableFuture<T> connecting, Deadline deadline) {
        boolean opened = false;
        try {
            T connection = await(connecting, deadline);
            opened = true;
            return connection;
        } finally {
            if (!opened) {
                connecting.thenAccept(StatefulConnection::closeAsync);
            }
        }
    }

    /** Closes all connections, at most once a second; Lettuce then looks the servers up again and reconnects. */
    void reconnect(RedisException reason) {
        long last = lastReconnect.get();
        long now = System.nanoTime();
        if (now - last > RECONNECT_NANOS && lastReconnect.compareAndSet(last, now)) {
            lastFailure = reason;
            channels.close();
        }
    }

    @Override
    public void closeInBackground() {
        client.shutdownAsync(0, settings.timeout().toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((done, failure) -> shutDownResources());
    }

    /** Closes all connections, and waits for their end within the time limit of a call, also if interrupted. */
    @Override
    public void close() {
        Duration timeout = settings.timeout();
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
        return resources.shutdown(0, settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void onRedisConnected(RedisChannelHandler<?, ?> connection, SocketAddress address) {
        if (!(connection instanceof StatefulRedisSentinelConnection)) {
            lastAddress = address;
            lastFailure = null;
        }
    }

    @Override
    public String toString() {
        return settings.where();
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
