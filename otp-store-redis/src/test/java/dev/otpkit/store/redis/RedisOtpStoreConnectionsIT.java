package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.otpkit.OtpStoreException;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.spi.StoredRecord;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ReadFrom;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.masterreplica.MasterReplica;
import io.lettuce.core.masterreplica.StatefulRedisMasterReplicaConnection;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The owner, the end and the limits of connections. */
class RedisOtpStoreConnectionsIT {
    @RegisterExtension
    static final SharedServers<Standalone> STANDALONE = SharedServers.standalone();

    @RegisterExtension
    static final SharedServers<SentinelPair> PAIR = SharedServers.sentinel();

    @RegisterExtension
    static final SharedServers<RedisCluster> CLUSTER = SharedServers.cluster();

    private final RedisServer server = STANDALONE.get().server();

    @Test
    void usesAnApplicationsOwnConnectionAndLeavesItOpen() {
        RedisClient client = RedisClient.create(server.uri());
        try (StatefulRedisConnection<String, String> connection = client.connect(StringCodec.UTF8)) {
            RedisOtpStore store = RedisOtpStore.of(connection);
            assertThat(store.toString()).startsWith("RedisOtpStore[" + server.hostAndPort() + ",");
            assertServes(store);
            store.close();
            store.close();
            assertThat(connection.isOpen()).isTrue();
            assertThat(connection.sync().ping()).isEqualTo("PONG");
            assertClosed(store);
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        }
    }

    @Test
    void usesAnApplicationsOwnConnectionToAClusterAndLeavesItOpen() {
        RedisClusterClient client = RedisClusterClient.create(
                Arrays.stream(CLUSTER.get().uris()).map(RedisURI::create).toList());
        try (StatefulRedisClusterConnection<String, String> connection = client.connect(StringCodec.UTF8)) {
            connection.setReadFrom(ReadFrom.REPLICA);
            RedisOtpStore store = RedisOtpStore.of(connection);
            assertThat(CLUSTER.get().primaries())
                    .allSatisfy(primary -> assertThat(store.toString()).contains(primary.hostAndPort()));
            assertServes(store);
            store.close();
            store.close();
            assertThat(connection.isOpen()).isTrue();
            assertThat(connection.sync().ping()).isEqualTo("PONG");
            assertClosed(store);
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        }
    }

    @Test
    void closesAllInAnInterruptedThreadToo() {
        List<Thread> before = FailureFixture.clientThreads();
        RedisOtpStore store = PAIR.get().builder().timeout(RedisServer.PATIENCE).build();
        Thread.currentThread().interrupt();

        store.close();

        assertThat(Thread.interrupted()).as("flag").isTrue();
        RedisServer.await("the end of a client's threads", () -> before.containsAll(FailureFixture.clientThreads()));
    }

    @Test
    void readsItsOwnWritesThoughTheClientReadsFromReplicas() {
        RedisClient client = RedisClient.create();
        try (StatefulRedisMasterReplicaConnection<String, String> connection = MasterReplica.connect(
                client,
                StringCodec.UTF8,
                List.of(
                        RedisURI.create(PAIR.get().primary().uri()),
                        RedisURI.create(PAIR.get().replica().uri())))) {
            connection.setReadFrom(ReadFrom.REPLICA);
            connection.sync().get("anything");
            assertThat(CommandStatistics.of(PAIR.get().replica()).calls("get"))
                    .as("the application reads from the replica")
                    .isPositive();
            PAIR.get().replica().commands().configResetstat();
            assertServes(RedisOtpStore.of(connection));
            CommandStatistics replica = CommandStatistics.of(PAIR.get().replica());
            assertThat(replica.calls("get") + replica.calls("getex"))
                    .as("the store does not read from the replica")
                    .isZero();
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        }
    }

    @Test
    void tellsThatAGivenConnectionIsClosed() {
        RedisClient client = RedisClient.create(server.uri());
        try {
            StatefulRedisConnection<String, String> connection = client.connect();
            RedisOtpStore store = RedisOtpStore.of(connection);
            connection.close();
            assertThat(FailureFixture.ofEachCall(store, server.hostAndPort()))
                    .allSatisfy(thrown -> assertThat(thrown).hasMessageContaining("not connected"));
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        }
    }

    /** A class of Lettuce or Netty that is needed late, such as for a kind of reply, may be incompatible. */
    @Test
    void tellsTheVersionsWhenClassesDoNotFitInTheMidst() {
        RedisClient client = RedisClient.create(server.uri());
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            AtomicBoolean broken = new AtomicBoolean();
            InvocationHandler handler = (proxy, method, arguments) -> {
                if (broken.get() && method.getName().equals("dispatch")) {
                    throw new NoSuchMethodError("io.netty.buffer.ByteBuf.any()");
                }
                return method.invoke(connection, arguments);
            };
            RedisOtpStore store = RedisOtpStore.of((StatefulRedisConnection<?, ?>) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {StatefulRedisConnection.class}, handler));
            broken.set(true);

            List<Runnable> calls = List.of(
                    () -> store.get(FailureFixture.KEY),
                    () -> store.compareAndExchange(
                            FailureFixture.KEY, null, FailureFixture.record(""), FailureFixture.TTL),
                    () -> store.increment("counter", 1, FailureFixture.TTL));
            assertThat(calls)
                    .allSatisfy(call -> assertThatExceptionOfType(OtpStoreException.class)
                            .isThrownBy(call::run)
                            .withMessageMatching("Lettuce 7\\.\\d.* and Netty 4\\..* do not run together"
                                    + " \\(java\\.lang\\.NoSuchMethodError: io\\.netty\\..*")
                            .withCauseInstanceOf(NoSuchMethodError.class));
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        }
    }

    @Test
    void refusesToWaitForReplicasOverAConnectionThatSendsAgain() {
        RedisClient client = RedisClient.create(server.uri());
        RedisClusterClient clusterClient =
                RedisClusterClient.create(RedisURI.create(CLUSTER.get().uris()[0]));
        try (StatefulRedisConnection<String, String> connection = client.connect();
                StatefulRedisClusterConnection<String, String> cluster = clusterClient.connect()) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> RedisOtpStore.builder()
                            .connection(connection)
                            .replicas(1)
                            .build())
                    .withMessageContaining("DisconnectedBehavior.REJECT_COMMANDS");
            assertThatIllegalStateException()
                    .isThrownBy(() -> RedisOtpStore.builder()
                            .connection(cluster)
                            .replicas(1)
                            .build())
                    .withMessageContaining("DisconnectedBehavior.REJECT_COMMANDS");
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
            clusterClient.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        }
    }

    @Test
    void waitsForReplicasOverAConnectionThatSendsNothingAgain() {
        for (ClientOptions options : List.of(
                ClientOptions.builder()
                        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                        .build(),
                ClientOptions.builder().autoReconnect(false).build())) {
            RedisClient client = RedisClient.create(PAIR.get().primary().uri());
            client.setOptions(options);
            try (StatefulRedisConnection<String, String> connection = client.connect();
                    RedisOtpStore store = RedisOtpStore.builder()
                            .connection(connection)
                            .replicas(1)
                            .build()) {
                assertServes(store);
            } finally {
                client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
            }
        }
    }

    @Test
    void leavesNoConnectionAndNoThreadWhenItIsClosed() {
        // The server's own test client stays.
        long before = server.commands().clientList().lines().count();
        List<Thread> threads = FailureFixture.clientThreads();
        RedisOtpStore store = FailureFixture.builder(server.uri()).build();
        FailureFixture.write(store);
        assertThat(server.commands().clientList().lines().count()).isEqualTo(before + 1);
        store.close();
        store.close();
        RedisServer.await(
                "the end of a connection",
                () -> server.commands().clientList().lines().count() == before);
        RedisServer.await("the end of threads", () -> threads.containsAll(FailureFixture.clientThreads()));
        assertClosed(store);
    }

    @Test
    void restoresTheFlagOfAnInterruptedCallerAndGoesOn() {
        try (RedisServer slow = RedisServer.start();
                RedisOtpStore store = RedisOtpStore.builder()
                        .uri(slow.uri())
                        .timeout(Duration.ofSeconds(30))
                        .build()) {
            FailureFixture.write(store);
            slow.freeze();
            List<Runnable> calls = List.of(
                    () -> store.get(FailureFixture.KEY),
                    () -> store.compareAndExchange(
                            FailureFixture.KEY, null, FailureFixture.record(""), FailureFixture.TTL),
                    () -> store.increment("counter", 1, FailureFixture.TTL));
            for (Runnable call : calls) {
                assertInterrupted(call, slow.hostAndPort());
            }
            slow.thaw();
            assertServes(store);
            assertThat(slow.commands().clientList().lines()).hasSize(2);

            slow.freeze();
            List<Thread> threads = FailureFixture.clientThreads();
            assertInterrupted(
                    () -> RedisOtpStore.builder()
                            .uri(slow.uri())
                            .timeout(Duration.ofSeconds(30))
                            .build(),
                    slow.hostAndPort());
            slow.thaw();
            RedisServer.await("the end of threads", () -> threads.containsAll(FailureFixture.clientThreads()));
        }
    }

    private static void assertInterrupted(Runnable call, String hostAndPort) {
        AtomicBoolean flag = new AtomicBoolean();
        CompletableFuture<OtpStoreException> ended = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return FailureFixture.of(hostAndPort, () -> {
                            Thread.currentThread().interrupt();
                            call.run();
                        });
                    } finally {
                        flag.set(Thread.interrupted());
                    }
                },
                FailureFixture::start);
        assertThat(ended.join()).hasMessageContaining("the calling thread was interrupted");
        assertThat(flag).isTrue();
    }

    /** Several keys, so that a Cluster serves them on several nodes. */
    @Test
    void connectsToAClusterByUrisOfLettuce() {
        List<RedisURI> uris =
                Arrays.stream(CLUSTER.get().uris()).map(RedisURI::create).toList();
        try (RedisOtpStore store = RedisOtpStore.builder().cluster(uris).build()) {
            assertServes(store);
        }
        assertThat(uris).extracting(RedisURI::getTimeout).containsOnly(RedisURI.DEFAULT_TIMEOUT_DURATION);
    }

    private static void assertServes(OtpStore store) {
        for (int i = 0; i < 10; i++) {
            String key = "served-" + i + "-" + System.nanoTime();
            StoredRecord record = FailureFixture.record("-" + i);
            assertThat(store.get(key)).isNull();
            assertThat(store.compareAndExchange(key, null, record, FailureFixture.TTL))
                    .isNull();
            assertThat(store.get(key)).isEqualTo(record);
            assertThat(store.increment(key + "-counter", 2, FailureFixture.TTL)).isEqualTo(2);
            assertThat(store.increment(key + "-counter", 2, FailureFixture.TTL)).isEqualTo(4);
        }
    }

    private static void assertClosed(OtpStore store) {
        List<Runnable> calls = List.of(
                () -> store.get("key"),
                () -> store.compareAndExchange("key", null, FailureFixture.record(""), FailureFixture.TTL),
                () -> store.increment("counter", 1, FailureFixture.TTL));
        assertThat(calls)
                .allSatisfy(call -> assertThatExceptionOfType(OtpStoreException.class)
                        .isThrownBy(call::run)
                        .withMessageStartingWith("the store is closed"));
    }
}
