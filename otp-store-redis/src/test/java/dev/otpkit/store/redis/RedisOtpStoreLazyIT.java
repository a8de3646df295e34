package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.otpkit.OtpStoreException;
import dev.otpkit.testkit.LogRecorder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A store that connects in the first call. */
class RedisOtpStoreLazyIT {
    private static final int THREADS = 50;

    @Test
    void startsWhileTheServerIsAwayAndServesWhenItIsThere() {
        try (RedisServer server = RedisServer.start()) {
            assertServesWhenItIsThere(server.hostAndPort(), lazy(server.uri()), List.of(server));
        }
    }

    @Test
    void startsWhileSentinelIsAwayAndServesWhenItIsThere() {
        try (RedisServer server = RedisServer.start();
                RedisServer sentinel = RedisServer.startSentinel(
                        List.of("sentinel monitor mymaster 127.0.0.1 " + server.port() + " 1"))) {
            String uri = "redis-sentinel://" + sentinel.hostAndPort() + "#mymaster";
            assertServesWhenItIsThere(sentinel.hostAndPort(), lazy(uri), List.of(server, sentinel));
        }
    }

    @Test
    void startsWhileTheClusterIsAwayAndServesWhenItIsThere() {
        try (RedisServer node = RedisServer.start("--cluster-enabled", "yes")) {
            node.commands().clusterAddSlots(IntStream.range(0, 16_384).toArray());
            RedisOtpStore.Builder builder = RedisOtpStore.builder()
                    .cluster(node.uri())
                    .timeout(FailureFixture.TIMEOUT)
                    .lazy(true);
            assertServesWhenItIsThere(node.hostAndPort(), builder, List.of(node));
        }
    }

    private static void assertServesWhenItIsThere(
            String hostAndPort, RedisOtpStore.Builder builder, List<RedisServer> servers) {
        servers.forEach(RedisServer::kill);
        try (RedisOtpStore store = builder.build()) {
            for (int i = 0; i < 3; i++) {
                assertThat(FailureFixture.ofEachCall(store, hostAndPort))
                        .allSatisfy(thrown -> assertThat(thrown).hasMessageContaining("check that it runs"));
            }
            servers.forEach(RedisServer::restart);
            RedisServer.await("service", () -> StoreCall.succeeds(() -> FailureFixture.write(store)));
            assertThat(store.get(FailureFixture.KEPT)).isEqualTo(FailureFixture.record(""));
            servers.get(0).kill();
            RedisServer.await("a lost connection", () -> !StoreCall.succeeds(() -> store.get(FailureFixture.KEY)));
            servers.get(0).restart();
            RedisServer.await("service again", () -> StoreCall.succeeds(() -> FailureFixture.write(store)));
        }
        RedisServer.await(
                "no other connection than the test's own",
                () -> servers.get(0)
                                .commands()
                                .clientList()
                                .lines()
                                .filter(client -> !client.contains("name=sentinel"))
                                .count()
                        == 1);
    }

    @Test
    void connectsOnceHoweverManyThreadsAskFirst() {
        try (RedisServer server = RedisServer.start();
                TcpProxy proxy = TcpProxy.to(server);
                RedisOtpStore store =
                        lazy(proxy.uri()).timeout(RedisServer.PATIENCE).build()) {
            assertThat(store.toString()).startsWith("RedisOtpStore[" + proxy.hostAndPort() + ",");
            assertThat(proxy.accepted()).as("connections of build()").isZero();

            assertThat(callAtOnce(store))
                    .allSatisfy(message -> assertThat(message).isEmpty());
            assertThat(proxy.accepted()).isOne();
        }
    }

    @Test
    void makesOneAttemptHoweverManyThreadsAskAServerThatDoesNotAnswer() {
        try (TcpProxy nobody = TcpProxy.toUnresponsiveServer();
                RedisOtpStore store =
                        lazy(nobody.uri()).connectTimeout(Duration.ofMinutes(1)).build()) {
            assertThat(callAtOnce(store))
                    .allSatisfy(message -> assertThat(message)
                            .startsWith("Redis at " + nobody.hostAndPort() + ": handshake not completed with "
                                    + nobody.hostAndPort())
                            .contains("; check that it runs"));
            long start = System.nanoTime();
            assertThat(callAtOnce(store)).doesNotContain("");
            for (int i = 0; i < THREADS; i++) {
                assertThat(StoreCall.succeeds(() -> store.get(FailureFixture.KEY)))
                        .isFalse();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("calls that join an attempt that has lasted for longer than a call may")
                    .isLessThan(FailureFixture.TIMEOUT.multipliedBy(THREADS / 2));
            assertThat(nobody.accepted()).isOne();
        }
    }

    @Test
    void triesAgainAfterAnAttemptThatTookTooLong() {
        try (RedisServer server = RedisServer.start();
                TcpProxy proxy = TcpProxy.toUnresponsiveServer();
                RedisOtpStore store =
                        lazy(proxy.uri()).connectTimeout(Duration.ofMillis(300)).build()) {
            assertThat(FailureFixture.ofWriting(store, proxy.hostAndPort()))
                    .hasMessageContaining("handshake not completed");
            proxy.routeTo(server);
            RedisServer.await("service", () -> StoreCall.succeeds(() -> FailureFixture.write(store)));
            RedisServer.await(
                    "no other connection than the store's and the test's own",
                    () -> server.commands().clientList().lines().count() == 2);
        }
    }

    /** Each exception belongs to its call, and a connection that is made later serves the next call. */
    @Test
    void restoresTheFlagOfACallerThatIsInterruptedAndGoesOnConnecting() {
        try (RedisServer server = RedisServer.start();
                RedisOtpStore store = lazy(server.uri())
                        .timeout(RedisServer.PATIENCE)
                        .connectTimeout(RedisServer.PATIENCE)
                        .build()) {
            server.freeze();
            Thread.currentThread().interrupt();
            assertThatExceptionOfType(OtpStoreException.class)
                    .isThrownBy(() -> store.get(FailureFixture.KEY))
                    .withMessageContaining("the calling thread was interrupted");
            assertThat(Thread.interrupted()).as("flag").isTrue();
            server.thaw();
            assertThat(store.get(FailureFixture.KEY)).isNull();
            assertThat(server.commands().clientList().lines()).hasSize(2);
        }
    }

    @Test
    void warnsUponTheFirstConnection() {
        try (RedisServer server = RedisServer.start("--appendonly", "no", "--save", "");
                LogRecorder log = LogRecorder.start(RedisOtpStore.class.getName(), System.Logger.Level.INFO)) {
            server.commands().configSet("requirepass", FailureFixture.PASSWORD);
            String elsewhere = "0.0.0.0:" + server.port();
            try (RedisOtpStore store = lazy("redis://default:" + FailureFixture.PASSWORD + "@" + elsewhere)
                    .build()) {
                assertThat(log.texts()).as("build()").isEmpty();
                FailureFixture.write(store);
                FailureFixture.write(store);
                assertThat(log.texts())
                        .satisfiesExactly(
                                text -> assertThat(text).contains("is reached without TLS"),
                                text -> assertThat(text).contains("has no persistence"));
            }
        }
    }

    @Test
    void refusesAServerThatIsTooOldInEachCall() {
        try (ScriptedRedis old = new ScriptedRedis("redis_version:6.0.16");
                RedisOtpStore store = lazy("redis://" + old.hostAndPort()).build()) {
            for (int i = 0; i < 2; i++) {
                assertThat(FailureFixture.ofEachCall(store, old.hostAndPort()))
                        .allSatisfy(thrown -> assertThat(thrown)
                                .hasMessage("Redis at " + old.hostAndPort() + " must be 6.2 or later, but is 6.0.16"));
            }
            RedisServer.await("the end of its connections", () -> old.connections() == 0);
        }
    }

    @Test
    void leavesNothingIfItIsClosedBeforeItConnects() {
        List<Thread> before = FailureFixture.clientThreads();
        RedisOtpStore store =
                lazy("redis://127.0.0.1:" + RedisServer.freePort()).build();
        store.close();
        store.close();
        assertThat(StoreCall.messageOf(() -> store.get(FailureFixture.KEY))).startsWith("the store is closed");
        RedisServer.await("the end of a client's threads", () -> before.containsAll(FailureFixture.clientThreads()));
    }

    @Test
    void leavesNothingIfItIsClosedWhileItConnects() {
        List<Thread> before = FailureFixture.clientThreads();
        try (RedisServer server = RedisServer.start()) {
            server.freeze();
            RedisOtpStore store = lazy(server.uri())
                    .timeout(RedisServer.PATIENCE)
                    .connectTimeout(RedisServer.PATIENCE)
                    .build();
            CompletableFuture<String> call = CompletableFuture.supplyAsync(
                    () -> StoreCall.messageOf(() -> store.get(FailureFixture.KEY)), FailureFixture::start);
            RedisServer.await("an attempt", () -> connecting() == 1);
            store.close();
            assertThat(call.join()).startsWith("the store is closed");
            assertThat(StoreCall.messageOf(() -> store.get(FailureFixture.KEY))).startsWith("the store is closed");
            RedisServer.await("the end of the attempt", () -> connecting() == 0);
            server.thaw();
            RedisServer.await(
                    "the end of its connection",
                    () -> server.commands().clientList().lines().count() == 1);
        }
        RedisServer.await("the end of a client's threads", () -> before.containsAll(FailureFixture.clientThreads()));
    }

    private static long connecting() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("otpkit-redis-connect"))
                .count();
    }

    private static RedisOtpStore.Builder lazy(String uri) {
        return FailureFixture.builder(uri).lazy(true);
    }

    /** Starts this number of calls at the same time, and returns their failures; empty for success. */
    private static List<String> callAtOnce(RedisOtpStore store) {
        return IntStream.range(0, THREADS)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> StoreCall.messageOf(() -> store.get(FailureFixture.KEY + i)), FailureFixture::start))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
    }
}
