package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RedisOtpStoreSentinelIT {
    @Test
    void namesThePrimaryThatIsAwayAndNotTheSentinel() {
        try (SentinelPair servers = SentinelPair.start();
                RedisOtpStore store = FailureFixture.builder(servers.uri()).build()) {
            RedisServer primary = servers.primary();
            FailureFixture.write(store);
            primary.kill();

            assertThat(IntStream.range(0, 50).mapToObj(i -> {
                        Hammer.sleep(Duration.ofMillis(10));
                        return StoreCall.messageOf(() -> store.get(FailureFixture.KEY));
                    }))
                    .allMatch(message ->
                            message.startsWith("Redis at " + primary.hostAndPort() + ", mymaster of Sentinel "));
        }
    }

    @Test
    void leavesAPrimaryThatHasLostItsReplicasForTheOneThatSentinelNames() {
        try (SentinelPair servers = SentinelPair.start();
                RedisOtpStore store =
                        FailureFixture.builder(servers.uri()).replicas(1).build()) {
            RedisServer deposed = servers.primary();
            RedisServer heir = servers.replica();
            RedisServer.await("service", () -> StoreCall.succeeds(() -> FailureFixture.write(store)));
            deposed.freeze();
            RedisServer.await("a new primary", () -> servers.primary() == heir);
            deposed.thaw();

            // Within the eight seconds in which Sentinel does not reconfigure a returned primary.
            long start = System.nanoTime();
            String message = "";
            while (!message.startsWith("Redis at " + heir.hostAndPort())
                    && System.nanoTime() - start < Duration.ofSeconds(6).toNanos()) {
                message = StoreCall.messageOf(() -> FailureFixture.write(store));
            }
            assertThat(message).startsWith("Redis at " + heir.hostAndPort());
        }
    }
}
