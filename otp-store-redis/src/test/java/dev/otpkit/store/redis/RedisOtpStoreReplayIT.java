package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.VerifyResult;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * An answer that is lost with its connection: Lettuce sends again by default, and the store's own connection never
 * does.
 */
class RedisOtpStoreReplayIT {
    private static final int ROUNDS = 7;

    private final RedisServer server = RedisServer.start();
    private final Wire wire = Wire.to(server);
    private final ClientResources resources = ClientResources.builder()
            .reconnectDelay(Delay.constant(Duration.ofMillis(1)))
            .build();
    private final RedisClient client = RedisClient.create(resources, wire.uri());
    private StatefulRedisConnection<String, String> replaying;

    @BeforeEach
    void connect() {
        replaying = client.connect(StringCodec.UTF8);
        try (RedisOtpStore store = RedisOtpStore.of(replaying)) {
            // The server has to know the scripts, so that the first EVALSHA is the one that counts.
            Refusal.write(store);
            store.increment("any", 1, Refusal.TTL);
        }
    }

    @AfterEach
    void stop() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        resources.shutdown(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        wire.close();
        server.close();
    }

    @Test
    void reportsALossWhenAnExchangeIsSentTwice() {
        try (RedisOtpStore store = RedisOtpStore.of(replaying)) {
            for (int i = 0; i < ROUNDS; i++) {
                String key = "replayed-" + i;
                wire.loseTheAnswerTo("EVALSHA");
                assertThat(store.compareAndExchange(key, null, Refusal.record("1"), Refusal.TTL))
                        .as("its own update, where nothing was expected")
                        .isEqualTo(Refusal.record("1"));
                wire.loseTheAnswerTo("EVALSHA");
                assertThat(store.compareAndExchange(key, Refusal.record("1"), Refusal.record("2"), Refusal.TTL))
                        .isEqualTo(Refusal.record("2"));
                wire.loseTheAnswerTo("EVALSHA");
                assertThat(store.compareAndExchange(key, Refusal.record("2"), null, Refusal.TTL))
                        .isNull();
            }
        }
        assertThat(wire.losses()).isEqualTo(3 * ROUNDS);
    }

    @Test
    void countsTwiceWhenAnAdditionIsSentTwice() {
        try (RedisOtpStore store = RedisOtpStore.of(replaying)) {
            wire.loseTheAnswerTo("EVALSHA");
            assertThat(store.increment("counter", 5, Refusal.TTL)).isEqualTo(10);
            assertThat(wire.losses()).isOne();
        }
    }

    @Test
    void refusesTheRightCodeAtWorstAndNeverAcceptsItTwice() {
        try (RedisOtpStore store = RedisOtpStore.of(replaying)) {
            Bed bed = new Bed(store);
            for (int i = 0; i < ROUNDS; i++) {
                String phone = "+96650123" + (4000 + i);
                String code = bed.send(phone);
                wire.loseTheAnswerTo("EVALSHA");
                assertThat(bed.verify(phone, code))
                        .isInstanceOfSatisfying(
                                VerifyResult.Rejected.class,
                                rejected -> assertThat(rejected.reason())
                                        .isEqualTo(VerifyResult.Rejected.Reason.NO_PENDING_CODE));
                assertThat(bed.verify(phone, code).isVerified()).isFalse();
            }
        }
        assertThat(wire.losses()).isEqualTo(ROUNDS);
    }

    @Test
    void neverAcceptsACodeTwiceThoughSeveralRaceWhileItIsSentTwice() {
        try (RedisOtpStore store = RedisOtpStore.of(replaying)) {
            Bed bed = new Bed(store);
            for (int i = 0; i < ROUNDS; i++) {
                String phone = "+96650123" + (4000 + i);
                String code = bed.send(phone);
                wire.loseTheAnswerTo("EVALSHA");
                long accepted = Stream.generate(() -> CompletableFuture.supplyAsync(
                                () -> bed.accepts(phone, code), task -> new Thread(task, "verifier").start()))
                        .limit(3)
                        .toList()
                        .stream()
                        .map(CompletableFuture::join)
                        .filter(accepts -> accepts)
                        .count();
                assertThat(accepted).isLessThanOrEqualTo(1);
                assertThat(bed.verify(phone, code).isVerified()).isFalse();
            }
        }
        assertThat(wire.losses()).isEqualTo(ROUNDS);
    }

    @Test
    void sendsNothingTwiceOverItsOwnConnection() {
        try (RedisOtpStore store = Refusal.builder(wire.uri()).build()) {
            server.commands().configResetstat();
            for (int i = 1; i <= ROUNDS; i++) {
                wire.loseTheAnswerTo("EVALSHA");
                assertThat(
                                i % 2 == 0
                                        ? Refusal.ofWriting(store, wire.hostAndPort())
                                        : Refusal.ofCounting(store, wire.hostAndPort()))
                        .hasMessageContaining("not connected");
                RedisServer.await("a connection", () -> Attempt.succeeds(() -> store.get(Refusal.KEY)));
                assertThat(evaluations()).isEqualTo(i);
            }
            assertThat(store.increment(Refusal.KEY + "-counter", 1, Refusal.TTL))
                    .isEqualTo((ROUNDS + 1) / 2 + 1);
        }
    }

    private long evaluations() {
        return CommandStatistics.of(server).calls("evalsha");
    }
}
