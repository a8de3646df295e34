package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.otpkit.OtpStoreException;
import dev.otpkit.spi.StoredRecord;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.NettyCustomizer;
import io.lettuce.core.resource.SocketAddressResolver;
import io.lettuce.core.tracing.Tracing;
import io.netty.channel.Channel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A store on the threads and the settings of an application's Lettuce. */
class RedisOtpStoreClientResourcesIT {
    @RegisterExtension
    static final SharedServers<Standalone> STANDALONE = SharedServers.standalone();

    private final RedisServer server = STANDALONE.get().server();
    private final AtomicInteger customized = new AtomicInteger();
    private final AtomicInteger traced = new AtomicInteger();

    private final ClientResources resources = DefaultClientResources.builder()
            .ioThreadPoolSize(2)
            .computationThreadPoolSize(2)
            .threadFactoryProvider(poolName -> new DefaultThreadFactory("application-" + poolName, true))
            .reconnectDelay(Delay.constant(Duration.ofMinutes(1)))
            .socketAddressResolver(SocketAddressResolver.create(RedisOtpStoreClientResourcesIT::resolve))
            .tracing((Tracing) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {Tracing.class}, (proxy, method, arguments) -> {
                        traced.incrementAndGet();
                        throw new UnsupportedOperationException(method.getName());
                    }))
            .nettyCustomizer(new NettyCustomizer() {
                @Override
                public void afterChannelInitialized(Channel channel) {
                    customized.incrementAndGet();
                }
            })
            .build();

    private static InetAddress[] resolve(String host) throws UnknownHostException {
        return InetAddress.getAllByName(host.equals("redis.internal") ? "127.0.0.1" : host);
    }

    @AfterEach
    void shutDownResources() throws Exception {
        resources.shutdown(0, 1, TimeUnit.SECONDS).get();
    }

    @Test
    void runsOnTheThreadsOfTheApplication() {
        server.commands().ping();
        Set<Thread> before = Thread.getAllStackTraces().keySet();

        try (RedisOtpStore store = store(server.uri())) {
            assertServes(store);

            assertThat(Thread.getAllStackTraces().keySet().stream()
                            .filter(thread -> !before.contains(thread))
                            .map(Thread::getName)
                            .filter(name -> name.contains("lettuce"))
                            .collect(Collectors.toSet()))
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(name).startsWith("application-"));
        }
    }

    @Test
    void leavesTheThreadsRunning() throws ExecutionException, InterruptedException {
        ClientResources untraced = DefaultClientResources.create();
        RedisClient client = RedisClient.create(untraced, server.uri());
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            RedisOtpStore store = RedisOtpStore.builder()
                    .uri(server.uri())
                    .clientResources(untraced)
                    .build();
            assertServes(store);
            store.close();

            assertThat(connection.sync().ping()).isEqualTo("PONG");
            assertStillUsable(untraced);
            assertThatExceptionOfType(OtpStoreException.class)
                    .isThrownBy(() -> RedisOtpStore.builder()
                            .uri("redis://127.0.0.1:" + RedisServer.freePort())
                            .clientResources(untraced)
                            .build());
            assertStillUsable(untraced);
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
            untraced.shutdown(0, 1, TimeUnit.SECONDS).get();
        }
    }

    private void assertStillUsable(ClientResources shared) throws ExecutionException, InterruptedException {
        AtomicInteger ticks = new AtomicInteger();
        shared.timer().newTimeout(timeout -> ticks.incrementAndGet(), 1, TimeUnit.MILLISECONDS);
        RedisServer.await("a tick of the timer", () -> ticks.get() == 1);
        assertThat(shared.eventExecutorGroup().isShuttingDown()).isFalse();
        assertThat(shared.eventExecutorGroup().submit(() -> "done").get()).isEqualTo("done");
        RedisClient another = RedisClient.create(shared, server.uri());
        try (StatefulRedisConnection<String, String> connection = another.connect()) {
            assertThat(connection.sync().ping()).isEqualTo("PONG");
        } finally {
            another.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        }
    }

    @Test
    void findsServersAsTheApplicationDoes() {
        try (RedisOtpStore store = store("redis://redis.internal:" + server.port())) {
            assertServes(store);
            assertThat(customized).hasPositiveValue();
        }
    }

    @Test
    void isNotTracedSinceASpanCouldContainARecord() {
        try (RedisOtpStore store = store(server.uri())) {
            assertServes(store);
            assertThat(traced).hasValue(0);
        }
    }

    @Test
    void reconnectsWithinAboutASecondWhateverTheDelayOfTheApplication() {
        try (RedisServer own = RedisServer.start();
                RedisOtpStore store = store(own.uri())) {
            assertServes(store);
            own.kill();
            assertThatExceptionOfType(OtpStoreException.class).isThrownBy(() -> store.get("key"));
            own.restart();

            RedisServer.await("the store", () -> {
                try {
                    return store.get("none") == null;
                } catch (OtpStoreException e) {
                    return false;
                }
            });
        }
    }

    @Test
    void takesAUriWithSettingsThatATextCannotHave() {
        try (RedisServer own = RedisServer.start("--requirepass", "p@ss/#?%")) {
            RedisURI uri = RedisURI.builder()
                    .withHost("127.0.0.1")
                    .withPort(own.port())
                    .withPassword((CharSequence) "p@ss/#?%")
                    .withDatabase(3)
                    .withTimeout(Duration.ofNanos(1))
                    .build();
            try (RedisOtpStore store = RedisOtpStore.builder().uri(uri).build()) {
                assertServes(store);
                assertThat(store.toString()).contains(own.hostAndPort()).doesNotContain("p@ss");
            }
            assertThat(uri.getTimeout()).isEqualTo(Duration.ofNanos(1));
        }
    }

    private RedisOtpStore store(String uri) {
        return RedisOtpStore.builder().uri(uri).clientResources(resources).build();
    }

    private static void assertServes(RedisOtpStore store) {
        StoredRecord record = StoredRecord.of(new byte[] {1, 2, 3});
        String key = "key" + System.nanoTime();
        assertThat(store.compareAndExchange(key, null, record, Duration.ofSeconds(5)))
                .isNull();
        assertThat(store.get(key)).isEqualTo(record);
    }
}
