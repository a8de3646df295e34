package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.otpkit.OtpStoreException;
import dev.otpkit.spi.StoredRecord;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A store that waits for a replica. */
class RedisOtpStoreReplicasIT {
    private static final String PHONE = "+966501234567";

    private static RedisServer primary;
    private static RedisServer replica;

    @BeforeAll
    static void start() {
        primary = RedisServer.start();
        replica = RedisServer.start("--replicaof", "127.0.0.1", Integer.toString(primary.port()));
        awaitReplica();
    }

    @AfterAll
    static void stop() {
        replica.close();
        primary.close();
    }

    private static RedisOtpStore store() {
        return FailureFixture.builder(primary.uri()).replicas(1).build();
    }

    @Test
    void hasEachChangeInTheReplicaWhenItReturns() {
        try (RedisOtpStore store = store()) {
            for (int i = 1; i <= 50; i++) {
                String key = "replicated-" + i;
                StoredRecord record = FailureFixture.record("-" + i);
                assertThat(store.compareAndExchange(key, null, record, FailureFixture.TTL))
                        .isNull();
                assertThat(replica.commands().get("otp:{" + key + "}")).contains("-" + i);
                store.increment(key + "-counter", i, FailureFixture.TTL);
                assertThat(replica.commands().get("otp:{" + key + "-counter}:c"))
                        .isEqualTo(Integer.toString(i));
                store.increment(key + "-counter", -i, FailureFixture.TTL);
                assertThat(replica.commands().get("otp:{" + key + "-counter}:c"))
                        .isNull();
            }
        }
    }

    @Test
    void tellsHowManyReplicasConfirmed() {
        try (RedisOtpStore two =
                FailureFixture.builder(primary.uri()).replicas(2).build()) {
            awaitRefusal(two, "only 1 of 2 replicas confirmed the write within PT0.");
            assertThat(two.get("absent")).as("reading needs no replica").isNull();
        }
    }

    @Test
    void failsClosedWhileTheReplicaIsCutOffAndGoesOnWhenItIsBack() {
        try (RedisOtpStore store = store()) {
            ManagerFixture fixture = new ManagerFixture(store);
            String code = fixture.send(PHONE);
            replica.freeze();
            try {
                awaitRefusal(store, "only 0 of 1 replicas confirmed the write within PT0.");
                fixture.failsClosed(PHONE, code);
            } finally {
                replica.thaw();
            }
            awaitReplica();
            fixture.verify(PHONE, code);
            assertThat(fixture.verify(PHONE, fixture.send(PHONE)).isVerified()).isTrue();
        }
    }

    /** A WAIT that is sent again over a new connection covers no change, and would always be confirmed. */
    @Test
    void takesNoConfirmationFromAnotherConnection() {
        try (RedisOtpStore store = store()) {
            for (int i = 0; i < 2; i++) {
                String key = "unconfirmed-" + i;
                assertThat(store.get("any")).isNull();
                replica.freeze();
                try {
                    CompletableFuture<OtpStoreException> write = CompletableFuture.supplyAsync(
                            () -> FailureFixture.of(
                                    primary.hostAndPort(),
                                    () -> store.compareAndExchange(
                                            key, null, FailureFixture.record(""), FailureFixture.TTL)),
                            FailureFixture::start);
                    RedisServer.await(
                            "a WAIT", () -> primary.commands().info("clients").contains("blocked_clients:1"));
                    primary.commands().clientKill(KillArgs.Builder.typeNormal().skipme());
                    RedisServer.await("a connection", () -> StoreCall.succeeds(() -> store.get("any")));
                    assertThat(write.join()).hasMessageContaining("not connected");
                } finally {
                    replica.thaw();
                }
                awaitReplica();
            }
        }
    }

    @Test
    void waitsOverAGivenConnectionThatSendsNoWaitAgainOnEachVersionOfLettuce() {
        RedisClient client = RedisClient.create(primary.uri());
        client.setOptions(ClientOptions.builder()
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .replayFilter(command -> command.getType() == CommandType.WAIT)
                .build());
        try (StatefulRedisConnection<String, String> connection = client.connect();
                RedisOtpStore store = given(connection)) {
            replica.freeze();
            try {
                assertThatExceptionOfType(OtpStoreException.class)
                        .isThrownBy(() -> store.increment("given", 1, FailureFixture.TTL))
                        .withMessageContaining("only 0 of 1 replicas confirmed");
            } finally {
                replica.thaw();
            }
            awaitReplica();
            assertThat(store.increment("given", 1, FailureFixture.TTL)).isEqualTo(2);
            assertThat(replica.commands().get("otp:{given}:c")).isEqualTo("2");
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        }
    }

    /** Before 7.7, REJECT_COMMANDS alone lets an unwritten WAIT be sent over the next connection. */
    @Test
    void wantsAFilterOfWaitsForAGivenConnectionBeforeLettuce77() {
        RedisClient client = RedisClient.create(primary.uri());
        client.setOptions(ClientOptions.builder()
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .build());
        String version = ClientVersions.present().lettuce();
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            if (version.startsWith("7.7.")) {
                assertThatNoException().isThrownBy(() -> given(connection).close());
            } else {
                assertThatIllegalStateException()
                        .isThrownBy(() -> given(connection))
                        .withMessage("replicas needs a connection whose client has"
                                + " replayFilter(command -> command.getType() == CommandType.WAIT), or Lettuce 7.7 or"
                                + " later, but Lettuce is " + version
                                + ": it may send a WAIT again, which confirms nothing");
            }
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        }
    }

    private static RedisOtpStore given(StatefulRedisConnection<String, String> connection) {
        return RedisOtpStore.builder()
                .connection(connection)
                .replicas(1)
                .timeout(FailureFixture.TIMEOUT)
                .build();
    }

    /** On a busy machine the time-out can come before the server's reply, which is a refusal too. */
    private static void awaitRefusal(RedisOtpStore store, String reason) {
        RedisServer.await(reason, () -> {
            String message =
                    FailureFixture.ofCounting(store, primary.hostAndPort()).getMessage();
            return message.contains(reason) && message.endsWith("check them, or require fewer");
        });
    }

    private static void awaitReplica() {
        RedisServer.await("a replica in step", () -> {
            primary.commands().set("probe", "", SetArgs.Builder.px(60_000));
            return primary.commands().waitForReplication(1, 500) == 1;
        });
    }
}
