package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpStoreException;
import dev.otpkit.spi.StoredRecord;
import io.lettuce.core.KillArgs;
import io.lettuce.core.SetArgs;
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
        return Refusal.builder(primary.uri()).replicas(1).build();
    }

    @Test
    void hasEachChangeInTheReplicaWhenItReturns() {
        try (RedisOtpStore store = store()) {
            for (int i = 1; i <= 50; i++) {
                String key = "replicated-" + i;
                StoredRecord record = Refusal.record("-" + i);
                assertThat(store.compareAndExchange(key, null, record, Refusal.TTL))
                        .isNull();
                assertThat(replica.commands().get("otp:{" + key + "}")).contains("-" + i);
                store.increment(key + "-counter", i, Refusal.TTL);
                assertThat(replica.commands().get("otp:{" + key + "-counter}:c"))
                        .isEqualTo(Integer.toString(i));
                store.increment(key + "-counter", -i, Refusal.TTL);
                assertThat(replica.commands().get("otp:{" + key + "-counter}:c"))
                        .isNull();
            }
        }
    }

    @Test
    void tellsHowManyReplicasConfirmed() {
        try (RedisOtpStore two = Refusal.builder(primary.uri()).replicas(2).build()) {
            awaitRefusal(two, "only 1 of 2 replicas confirmed the write within PT0.");
            assertThat(two.get("absent")).as("reading needs nobody").isNull();
        }
    }

    @Test
    void failsClosedWhileTheReplicaIsCutOffAndGoesOnWhenItIsBack() {
        try (RedisOtpStore store = store()) {
            Bed bed = new Bed(store);
            String code = bed.send(PHONE);
            replica.freeze();
            try {
                awaitRefusal(store, "only 0 of 1 replicas confirmed the write within PT0.");
                bed.failsClosed(PHONE, code);
            } finally {
                replica.thaw();
            }
            awaitReplica();
            bed.verify(PHONE, code);
            assertThat(bed.verify(PHONE, bed.send(PHONE)).isVerified()).isTrue();
        }
    }

    /** A WAIT that is sent again over a new connection speaks of nothing, and so would confirm everything. */
    @Test
    void takesNoConfirmationFromAnotherConnection() {
        try (RedisOtpStore store = store()) {
            for (int i = 0; i < 2; i++) {
                String key = "unconfirmed-" + i;
                assertThat(store.get("any")).isNull();
                replica.freeze();
                try {
                    CompletableFuture<OtpStoreException> write = CompletableFuture.supplyAsync(
                            () -> Refusal.of(
                                    primary.hostAndPort(),
                                    () -> store.compareAndExchange(key, null, Refusal.record(""), Refusal.TTL)),
                            Refusal::start);
                    RedisServer.await(
                            "a WAIT", () -> primary.commands().info("clients").contains("blocked_clients:1"));
                    primary.commands().clientKill(KillArgs.Builder.typeNormal().skipme());
                    RedisServer.await("a connection", () -> Attempt.succeeds(() -> store.get("any")));
                    assertThat(write.join()).hasMessageContaining("not connected");
                } finally {
                    replica.thaw();
                }
                awaitReplica();
            }
        }
    }

    /** On a busy machine the time-out can come before the server's own answer, which also is a refusal. */
    private static void awaitRefusal(RedisOtpStore store, String reason) {
        RedisServer.await(reason, () -> {
            String message = Refusal.ofCounting(store, primary.hostAndPort()).getMessage();
            return message.contains(reason) && message.endsWith("check them, or ask for fewer");
        });
    }

    private static void awaitReplica() {
        RedisServer.await("a replica in step", () -> {
            primary.commands().set("probe", "", SetArgs.Builder.px(60_000));
            return primary.commands().waitForReplication(1, 500) == 1;
        });
    }
}
