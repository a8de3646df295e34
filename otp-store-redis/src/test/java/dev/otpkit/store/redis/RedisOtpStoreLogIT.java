package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.testkit.LogRecorder;
import io.lettuce.core.KillArgs;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The log with every logger at TRACE, those of Lettuce and Netty too. */
class RedisOtpStoreLogIT {
    @Test
    void nobodyLogsAPassword() {
        try (RedisServer server = RedisServer.start("--cluster-enabled", "yes")) {
            server.commands().clusterAddSlots(IntStream.range(0, 16_384).toArray());
            RedisServer.await(
                    "a Cluster of one", () -> server.commands().clusterInfo().contains("cluster_state:ok"));
            server.commands().configSet("requirepass", FailureFixture.PASSWORD);
            String uri = "redis://default:" + FailureFixture.PASSWORD + "@" + server.hostAndPort();
            try (LogRecorder log = LogRecorder.start()) {
                try (RedisOtpStore store = FailureFixture.builder(uri).build();
                        RedisOtpStore cluster = RedisOtpStore.builder()
                                .cluster(uri)
                                .timeout(FailureFixture.TIMEOUT)
                                .build()) {
                    use(store, server);
                    use(cluster, server);
                    server.commands().configSet("requirepass", "another");
                    server.commands().clientKill(KillArgs.Builder.typeNormal().skipme());
                    RedisServer.await(
                            "an attempt to connect again",
                            () -> StoreCall.messageOf(() -> store.get(FailureFixture.KEY))
                                    .contains("WRONGPASS"));
                }
                FailureFixture.ofBuilding(server.hostAndPort(), FailureFixture.builder(uri));
                FailureFixture.ofBuilding(
                        server.hostAndPort(),
                        RedisOtpStore.builder().cluster(uri).timeout(FailureFixture.TIMEOUT));
                assertThat(log.texts()).hasSizeGreaterThan(100).anyMatch(text -> text.contains("WRONGPASS"));
                assertThat(log.texts().stream()
                                .filter(text -> text.contains(FailureFixture.PASSWORD))
                                .toList())
                        .isEmpty();
            }
        }
    }

    private static void use(RedisOtpStore store, RedisServer server) {
        awaitService(store);
        ManagerFixture fixture = new ManagerFixture(store);
        fixture.verify("+966501234567", fixture.send("+966501234567"));
        server.commands().clientKill(KillArgs.Builder.typeNormal().skipme());
        awaitService(store);
    }

    private static void awaitService(RedisOtpStore store) {
        RedisServer.await("service", () -> StoreCall.succeeds(() -> FailureFixture.write(store)));
    }
}
