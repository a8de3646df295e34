package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.KillArgs;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** With every logger at TRACE, Lettuce's and netty's too. */
class RedisOtpStoreLogIT {
    @Test
    void nobodyLogsAPassword() {
        try (RedisServer server = RedisServer.start("--cluster-enabled", "yes")) {
            server.commands().clusterAddSlots(IntStream.range(0, 16_384).toArray());
            RedisServer.await(
                    "a Cluster of one", () -> server.commands().clusterInfo().contains("cluster_state:ok"));
            server.commands().configSet("requirepass", Refusal.PASSWORD);
            String uri = "redis://default:" + Refusal.PASSWORD + "@" + server.hostAndPort();
            try (CapturedLog log = CapturedLog.ofEverything()) {
                try (RedisOtpStore store = Refusal.builder(uri).build();
                        RedisOtpStore cluster = RedisOtpStore.builder()
                                .cluster(uri)
                                .timeout(Refusal.TIMEOUT)
                                .build()) {
                    use(store, server);
                    use(cluster, server);
                    server.commands().configSet("requirepass", "another");
                    server.commands().clientKill(KillArgs.Builder.typeNormal().skipme());
                    RedisServer.await(
                            "an attempt to connect again",
                            () -> Attempt.messageOf(() -> store.get(Refusal.KEY))
                                    .contains("WRONGPASS"));
                }
                Refusal.ofBuilding(server.hostAndPort(), Refusal.builder(uri));
                Refusal.ofBuilding(
                        server.hostAndPort(),
                        RedisOtpStore.builder().cluster(uri).timeout(Refusal.TIMEOUT));
                assertThat(log.texts()).hasSizeGreaterThan(100).anyMatch(text -> text.contains("WRONGPASS"));
                assertThat(log.texts().stream()
                                .filter(text -> text.contains(Refusal.PASSWORD))
                                .toList())
                        .isEmpty();
            }
        }
    }

    private static void use(RedisOtpStore store, RedisServer server) {
        awaitService(store);
        Bed bed = new Bed(store);
        bed.verify("+966501234567", bed.send("+966501234567"));
        server.commands().clientKill(KillArgs.Builder.typeNormal().skipme());
        awaitService(store);
    }

    private static void awaitService(RedisOtpStore store) {
        RedisServer.await("service", () -> Attempt.succeeds(() -> Refusal.write(store)));
    }
}
