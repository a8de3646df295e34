package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.KillArgs;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server that is away for a while, and comes back. */
class RedisOtpStoreReconnectIT {
    private static final String PHONE = "+966501234567";

    /** For more calls than one, one after the other, that all run into their time-out. */
    private static final Duration PAUSE = Refusal.TIMEOUT.multipliedBy(3);

    private final RedisServer server = RedisServer.start();

    @AfterEach
    void stop() {
        server.close();
    }

    private RedisOtpStore store() {
        return Refusal.builder(server.uri()).build();
    }

    @Test
    void tellsThatAServerIsTooSlowAndGoesOn() {
        try (RedisOtpStore store = store()) {
            Bed bed = new Bed(store);
            String code = bed.send(PHONE);
            pause(PAUSE);
            assertThat(Refusal.ofEachCall(store, server.hostAndPort()))
                    .allSatisfy(thrown -> assertThat(thrown).hasMessageContaining("; check that it runs"))
                    .anySatisfy(thrown -> assertThat(thrown)
                            .hasMessageContaining("no answer within PT1S")
                            .hasMessageContaining("check that it runs, its load, and the network"));
            bed.failsClosed(PHONE, code);

            awaitService(store);
            assertThat(bed.verify(PHONE, code).isVerified()).isTrue();
        }
    }

    @Test
    void tellsOfASlowServerAtTheStart() {
        pause(PAUSE);
        assertThat(Refusal.ofBuilding(server.hostAndPort(), Refusal.builder(server.uri())))
                .hasMessageContaining("; check that it runs");
    }

    /** A call has less time than a connection at the start. */
    @Test
    void waitsAtTheStartForAServerThatIsSlowerThanACallMayBe() {
        server.freeze();
        AtomicBoolean thawing = new AtomicBoolean();
        CompletableFuture<Void> thaw = CompletableFuture.runAsync(
                () -> {
                    thawing.set(true);
                    server.thaw();
                },
                CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS, Refusal::start));
        RedisOtpStore.builder()
                .uri(server.uri())
                .timeout(Duration.ofMillis(200))
                .connectTimeout(RedisServer.PATIENCE)
                .build()
                .close();
        assertThat(thawing).isTrue();
        thaw.join();
    }

    @Test
    void tellsThatAServerIsFrozenAndGoesOnWhenItThaws() {
        try (RedisOtpStore store = store()) {
            Bed bed = new Bed(store);
            String code = bed.send(PHONE);
            server.freeze();
            assertThat(Refusal.ofEachCall(store, server.hostAndPort()))
                    .anySatisfy(thrown -> assertThat(thrown).hasMessageContaining("no answer within PT1S"));
            bed.failsClosed(PHONE, code);
            server.thaw();
            awaitService(store);
            assertThat(bed.verify(PHONE, code).isVerified()).isTrue();
        }
    }

    @Test
    void tellsThatAServerWasKilledAndConnectsAgainWhenItIsBack() {
        try (RedisOtpStore store = store()) {
            Bed bed = new Bed(store);
            String code = bed.send(PHONE);
            server.kill();
            RedisServer.await(
                    "an attempt to connect again",
                    () -> Attempt.messageOf(() -> store.get(Refusal.KEY)).contains("refused"));
            assertThat(Refusal.ofEachCall(store, server.hostAndPort()))
                    .allSatisfy(thrown -> assertThat(thrown)
                            .hasMessageContaining("not connected, Connection refused")
                            .hasMessageContaining("check that it runs, its address"));
            bed.failsClosed(PHONE, code);
            server.restart();
            awaitService(store);
            assertThat(bed.verify(PHONE, code).isVerified()).isTrue();
        }
    }

    /** As when a host loses its power: no more packets come, not even one that ends the connection. */
    @Test
    void leavesAConnectionThatLeadsNowhereAnyMore() {
        try (Wire wire = Wire.to(server);
                RedisOtpStore store = Refusal.builder(wire.uri()).build()) {
            Refusal.write(store);
            wire.strand();
            assertThat(Refusal.ofEachCall(store, wire.hostAndPort()))
                    .anySatisfy(thrown -> assertThat(thrown).hasMessageContaining("no answer within PT1S"));
            awaitService(store);
        }
    }

    @Test
    void leavesAReplicaWhenItsAddressLeadsToAPrimary() {
        try (RedisServer formerPrimary = RedisServer.start();
                Wire wire = Wire.to(formerPrimary);
                RedisOtpStore store = Refusal.builder(wire.uri()).build()) {
            Refusal.write(store);
            formerPrimary.commands().replicaof("127.0.0.1", server.port());
            wire.leadTo(server);
            assertThat(Refusal.ofWriting(store, wire.hostAndPort())).hasMessageContaining("READONLY");
            awaitService(store);
            assertThat(server.commands().exists("otp:{" + Refusal.KEPT + "}")).isOne();
        }
    }

    /** Time alone does not make a connection silent: only a question without an answer does. */
    @Test
    void keepsAConnectionOverWhichAnswersCome() throws InterruptedException {
        try (RedisOtpStore store = store()) {
            long connections = connectionsSoFar();
            for (int i = 0; i < 2; i++) {
                store.get(Refusal.KEY);
                TimeUnit.MILLISECONDS.sleep(Refusal.TIMEOUT.toMillis() * 4 / 5);
            }
            store.get(Refusal.KEY);
            assertThat(connectionsSoFar()).isEqualTo(connections);
        }
    }

    @Test
    void connectsAgainAfterItsConnectionWasKilled() {
        try (RedisOtpStore store = store()) {
            Bed bed = new Bed(store);
            String code = bed.send(PHONE);
            for (int i = 0; i < 5; i++) {
                server.commands().clientKill(KillArgs.Builder.typeNormal().skipme());
                awaitService(store);
            }
            assertThat(bed.verify(PHONE, code).isVerified()).isTrue();
        }
    }

    private long connectionsSoFar() {
        return server.commands()
                .info("stats")
                .lines()
                .filter(line -> line.startsWith("total_connections_received:"))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1)))
                .sum();
    }

    private void pause(Duration time) {
        server.commands().clientPause(time.toMillis());
    }

    private static void awaitService(RedisOtpStore store) {
        RedisServer.await("service", () -> Attempt.succeeds(() -> Refusal.write(store)));
    }
}
