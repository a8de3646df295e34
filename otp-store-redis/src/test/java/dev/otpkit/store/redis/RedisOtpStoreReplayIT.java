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
 * A reply that is lost with its connection: by default Lettuce sends the request again, and the store's own connection
 * never does.
 */
class RedisOtpStoreReplayIT {
    private static final int ROUNDS = 7;

    private final RedisServer server = RedisServer.start();
    private final TcpProxy proxy = TcpProxy.to(server);
    private final ClientResources resources = ClientResources.builder()
            .reconnectDelay(Delay.constant(Duration.ofMillis(1)))
            .build();
    private final RedisClient client = RedisClient.create(resources, proxy.uri());
    private StatefulRedisConnection<String, String> replaying;

    @BeforeEach
    void connect() {
        replaying = client.connect(StringCodec.UTF8);
        try (RedisOtpStore store = RedisOtpStore.of(replaying)) {
            // The server must know the scripts, so that the first EVALSHA is the one that runs.
            FailureFixture.write(store);
            store.increment("any", 1, FailureFixture.TTL);
        }
    }

    @AfterEach
    void stop() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        resources.shutdown(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        proxy.close();
        server.close();
    }

    @Test
    void reportsALossWhenAnExchangeIsSentTwice() {
        try (RedisOtpStore store = RedisOtpStore.of(replaying)) {
            for (int i = 0; i < ROUNDS; i++) {
                String key = "replayed-" + i;
                proxy.dropReplyTo("EVALSHA");
                assertThat(store.compareAndExchange(key, null, FailureFixture.record("1"), FailureFixture.TTL))
                        .as("its own update, where nothing was expected")
                        .isEqualTo(FailureFixture.record("1"));
                proxy.dropReplyTo("EVALSHA");
                assertThat(store.compareAndExchange(
                                key, FailureFixture.record("1"), FailureFixture.record("2"), FailureFixture.TTL))
                        .isEqualTo(FailureFixture.record("2"));
                proxy.dropReplyTo("EVALSHA");
                assertThat(store.compareAndExchange(key, FailureFixture.record("2"), null, FailureFixture.TTL))
                        .isNull();
            }
        }
        assertThat(proxy.droppedReplies()).isEqualTo(3 * ROUNDS);
    }

    @Test
    void countsTwiceWhenAnAdditionIsSentTwice() {
        try (RedisOtpStore store = RedisOtpStore.of(replaying)) {
            proxy.dropReplyTo("EVALSHA");
            assertThat(store.increment("counter", 5, FailureFixture.TTL)).isEqualTo(10);
            assertThat(proxy.droppedReplies()).isOne();
        }
    }

    @Test
    void refusesTheRightCodeAtWorstAndNeverAcceptsItTwice() {
        try (RedisOtpStore store = RedisOtpStore.of(replaying)) {
            ManagerFixture fixture = new ManagerFixture(store);
            for (int i = 0; i < ROUNDS; i++) {
                String phone = "+96650123" + (4000 + i);
                String code = fixture.send(phone);
                proxy.dropReplyTo("EVALSHA");
                assertThat(fixture.verify(phone, code))
                        .isInstanceOfSatisfying(
                                VerifyResult.Rejected.class,
                                rejected -> assertThat(rejected.reason())
                                        .isEqualTo(VerifyResult.Rejected.Reason.NO_PENDING_CODE));
                assertThat(fixture.verify(phone, code).isVerified()).isFalse();
            }
        }
        assertThat(proxy.droppedReplies()).isEqualTo(ROUNDS);
    }

    @Test
    void neverAcceptsACodeTwiceThoughSeveralRaceWhileItIsSentTwice() {
        try (RedisOtpStore store = RedisOtpStore.of(replaying)) {
            ManagerFixture fixture = new ManagerFixture(store);
            for (int i = 0; i < ROUNDS; i++) {
                String phone = "+96650123" + (4000 + i);
                String code = fixture.send(phone);
                proxy.dropReplyTo("EVALSHA");
                long accepted = Stream.generate(() -> CompletableFuture.supplyAsync(
                                () -> fixture.accepts(phone, code), task -> new Thread(task, "verifier").start()))
                        .limit(3)
                        .toList()
                        .stream()
                        .map(CompletableFuture::join)
                        .filter(accepts -> accepts)
                        .count();
                assertThat(accepted).isLessThanOrEqualTo(1);
                assertThat(fixture.verify(phone, code).isVerified()).isFalse();
            }
        }
        assertThat(proxy.droppedReplies()).isEqualTo(ROUNDS);
    }

    @Test
    void sendsNothingTwiceOverItsOwnConnection() {
        try (RedisOtpStore store = FailureFixture.builder(proxy.uri()).build()) {
            server.commands().configResetstat();
            for (int i = 1; i <= ROUNDS; i++) {
                proxy.dropReplyTo("EVALSHA");
                assertThat(
                                i % 2 == 0
                                        ? FailureFixture.ofWriting(store, proxy.hostAndPort())
                                        : FailureFixture.ofCounting(store, proxy.hostAndPort()))
                        .hasMessageContaining("not connected");
                RedisServer.await("a connection", () -> StoreCall.succeeds(() -> store.get(FailureFixture.KEY)));
                assertThat(evaluations()).isEqualTo(i);
            }
            assertThat(store.increment(FailureFixture.KEY + "-counter", 1, FailureFixture.TTL))
                    .isEqualTo((ROUNDS + 1) / 2 + 1);
        }
    }

    private long evaluations() {
        return CommandStatistics.of(server).calls("evalsha");
    }
}
