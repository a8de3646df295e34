package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.spi.OtpStore;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.MigrateArgs;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A Cluster with moving slots, and one with an unavailable part. */
class RedisOtpStoreClusterIT {
    @RegisterExtension
    static final SharedServers<RedisCluster> SERVERS = SharedServers.cluster();

    private static final int SLOT = SlotHash.getSlot("otp:{moving}");

    private final RedisCluster cluster = SERVERS.get();
    private final RedisServer from = cluster.primaryOf("otp:{moving}");
    private final RedisServer to = cluster.primaries().stream()
            .filter(each -> each != from)
            .findFirst()
            .orElseThrow();

    @Test
    void followsASlotWhileItMovesAndWhenItHasMoved() {
        try (RedisOtpStore store =
                cluster.builder().timeout(FailureFixture.TIMEOUT).build()) {
            assertFollows(store);
        }
    }

    @Test
    void waitsForTheReplicaOfTheNodeThatWroteWhileASlotMoves() {
        try (RedisOtpStore store =
                cluster.builder().timeout(FailureFixture.TIMEOUT).replicas(1).build()) {
            to.commands().configResetstat();
            assertFollows(store);
            assertThat(CommandStatistics.of(to).calls("wait")).isGreaterThanOrEqualTo(8);
        }
    }

    @Test
    void asksTheNewPrimaryItselfSoonAfterASlotHasMoved() {
        String key = keyIn(SLOT, SLOT + 1);
        try (RedisOtpStore store =
                cluster.builder().timeout(FailureFixture.TIMEOUT).build()) {
            cluster.migrate(SLOT, from, to, () -> store.get(key));
            RedisServer.await("a request that is not redirected", () -> {
                from.commands().configResetstat();
                store.get(key);
                return !from.commands().info("errorstats").contains("MOVED");
            });
            cluster.migrate(SLOT, to, from, () -> store.get(key));
        }
    }

    @Test
    void followsASlotOverAGivenConnectionToo() {
        RedisClusterClient client = RedisClusterClient.create(RedisURI.create(cluster.uris()[0]));
        ClusterClientOptions.Builder options = ClusterClientOptions.builder();
        options.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .replayFilter(command -> command.getType() == CommandType.WAIT);
        client.setOptions(options.build());
        try (StatefulRedisClusterConnection<String, String> connection = client.connect()) {
            assertFollows(RedisOtpStore.of(connection));
            assertFollows(
                    RedisOtpStore.builder().connection(connection).replicas(1).build());
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        }
    }

    @Test
    void tellsWhichNodeIsAwayAndGoesOnWithTheOthers() {
        try (RedisServer first = node();
                RedisServer second = node()) {
            first.commands().clusterAddSlots(IntStream.range(0, 8192).toArray());
            second.commands().clusterAddSlots(IntStream.range(8192, 16_384).toArray());
            second.commands().clusterSetConfigEpoch(2);
            first.commands().clusterMeet("127.0.0.1", second.port());
            awaitState("ok", first, second);
            try (RedisOtpStore store = RedisOtpStore.builder()
                    .cluster(first.uri())
                    .timeout(FailureFixture.TIMEOUT)
                    .build()) {
                String here = keyIn(0, 8192);
                String there = keyIn(8192, 16_384);
                store.increment(here, 1, FailureFixture.TTL);
                store.increment(there, 1, FailureFixture.TTL);
                second.kill();
                assertThat(FailureFixture.of(second.hostAndPort(), () -> store.increment(there, 1, FailureFixture.TTL)))
                        .hasMessageContaining("; check that it runs");
                assertThat(FailureFixture.of(second.hostAndPort(), () -> store.get(there)))
                        .hasMessageContaining("; check that it runs");
                assertThat(store.increment(here, 1, FailureFixture.TTL)).isEqualTo(2);
                second.restart();
                RedisServer.await(
                        "service", () -> StoreCall.succeeds(() -> store.increment(there, 1, FailureFixture.TTL)));

                first.commands().clusterDelSlots(5);
                awaitState("fail", first);
                assertThat(FailureFixture.of(first.hostAndPort(), () -> store.increment(here, 1, FailureFixture.TTL)))
                        .hasMessageContaining("CLUSTERDOWN")
                        .hasMessageContaining("slots without a primary");
            }
        }
    }

    private static RedisServer node() {
        return RedisServer.start("--cluster-enabled", "yes", "--cluster-node-timeout", "15000");
    }

    private static void awaitState(String state, RedisServer... nodes) {
        RedisServer.await(
                "state " + state,
                () -> List.of(nodes).stream()
                        .allMatch(node -> node.commands().clusterInfo().contains("cluster_state:" + state)));
    }

    private static String keyIn(int fromSlot, int toSlot) {
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "key-" + i)
                .filter(key -> SlotHash.getSlot("otp:{" + key + "}") >= fromSlot
                        && SlotHash.getSlot("otp:{" + key + "}") < toSlot)
                .findFirst()
                .orElseThrow();
    }

    /** Moves the slot to another node and back, and uses it before, meanwhile and after. */
    private void assertFollows(OtpStore store) {
        List<String> keys = IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "moving-" + System.identityHashCode(store) + "-" + i)
                .filter(key -> SlotHash.getSlot("otp:{" + key + "}") == SLOT)
                .limit(5)
                .toList();
        String stays = keys.get(0);
        String gone = keys.get(1);
        String fresh = keys.get(2);
        String counter = keys.get(3);
        String freshCounter = keys.get(4);
        put(store, stays);
        put(store, gone);
        store.increment(counter, 1, FailureFixture.TTL);

        cluster.migrate(SLOT, from, to, () -> {
            assertThat(store.get(stays)).isEqualTo(FailureFixture.record("1"));
            assertThat(exchange(store, stays)).isTrue();

            from.commands()
                    .migrate(
                            "127.0.0.1",
                            to.port(),
                            0,
                            5000,
                            MigrateArgs.Builder.keys(name(gone), name(counter) + ":c"));
            to.commands().scriptFlush();
            assertThat(store.get(gone)).isEqualTo(FailureFixture.record("1"));
            assertThat(exchange(store, gone)).isTrue();
            assertThat(store.increment(counter, 1, FailureFixture.TTL)).isEqualTo(2);

            assertThat(store.get(fresh)).isNull();
            put(store, fresh);
            assertThat(store.get(fresh)).isEqualTo(FailureFixture.record("1"));
            assertThat(store.increment(freshCounter, 1, FailureFixture.TTL)).isOne();
            assertThat(store.increment(freshCounter, 1, FailureFixture.TTL)).isEqualTo(2);
        });
        assertThat(store.get(stays)).isEqualTo(FailureFixture.record("2"));
        assertThat(store.get(gone)).isEqualTo(FailureFixture.record("2"));
        assertThat(exchange(store, fresh)).isTrue();
        assertThat(store.increment(counter, 1, FailureFixture.TTL)).isEqualTo(3);
        assertThat(to.commands().clusterCountKeysInSlot(SLOT)).isGreaterThanOrEqualTo(5);

        cluster.migrate(SLOT, to, from, () -> assertThat(store.get(fresh)).isEqualTo(FailureFixture.record("2")));
        assertThat(store.increment(freshCounter, 1, FailureFixture.TTL)).isEqualTo(3);
        assertThat(store.get(gone)).isEqualTo(FailureFixture.record("2"));
    }

    private static void put(OtpStore store, String key) {
        assertThat(store.compareAndExchange(key, null, FailureFixture.record("1"), FailureFixture.TTL))
                .isNull();
    }

    private static boolean exchange(OtpStore store, String key) {
        return FailureFixture.record("1")
                .equals(store.compareAndExchange(
                        key, FailureFixture.record("1"), FailureFixture.record("2"), FailureFixture.TTL));
    }

    private static String name(String key) {
        return "otp:{" + key + "}";
    }
}
