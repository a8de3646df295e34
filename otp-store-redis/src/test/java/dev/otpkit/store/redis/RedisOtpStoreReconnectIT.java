package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.KillArgs;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server that is unavailable for a while, and comes back. */
class RedisOtpStoreReconnectIT {
    private static final String PHONE = "+966501234567";
    private static final String OTHER_PHONE = "+966501234568";

    /** The time for several calls, one after the other, that all run into their time-out. */
    private static final Duration PAUSE = FailureFixture.TIMEOUT.multipliedBy(3);

    private final RedisServer server = RedisServer.start();

    @AfterEach
    void stop() {
        server.close();
    }

    private RedisOtpStore store() {
        return FailureFixture.builder(server.uri()).build();
    }

    @Test
    void tellsThatAServerIsTooSlowAndGoesOn() {
        try (RedisOtpStore store = store()) {
            ManagerFixture fixture = new ManagerFixture(store);
            String code = fixture.send(PHONE);
            pause(PAUSE);
            assertThat(FailureFixture.ofEachCall(store, server.hostAndPort()))
                    .allSatisfy(thrown -> assertThat(thrown).hasMessageContaining("; check that it runs"))
                    .anySatisfy(thrown -> assertThat(thrown)
                            .hasMessageContaining("no reply within PT1S")
                            .hasMessageContaining("check that it runs, its load, and the network"));
            fixture.failsClosed(PHONE, code);

            awaitService(store);
            assertThat(fixture.verify(PHONE, code).isVerified()).isTrue();
        }
    }

    @Test
    void tellsOfASlowServerAtTheStart() {
        pause(PAUSE);
        assertThat(FailureFixture.ofBuilding(server.hostAndPort(), FailureFixture.builder(server.uri())))
                .hasMessageContaining("; check that it runs");
    }

    /** A call has less time than the first connection. */
    @Test
    void waitsAtTheStartForAServerThatIsSlowerThanACallMayBe() {
        server.freeze();
        AtomicBoolean thawing = new AtomicBoolean();
        CompletableFuture<Void> thaw = CompletableFuture.runAsync(
                () -> {
                    thawing.set(true);
                    server.thaw();
                },
                CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS, FailureFixture::start));
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
            ManagerFixture fixture = new ManagerFixture(store);
            String code = fixture.send(PHONE);
            server.freeze();
            assertThat(FailureFixture.ofEachCall(store, server.hostAndPort()))
                    .anySatisfy(thrown -> assertThat(thrown).hasMessageContaining("no reply within PT1S"));
            fixture.failsClosed(PHONE, code);
            server.thaw();
            awaitService(store);
            // The code may be used up: the frozen server may have received the exchange, and thaws with it.
            fixture.verify(PHONE, code);
            assertThat(fixture.verify(OTHER_PHONE, fixture.send(OTHER_PHONE)).isVerified())
                    .isTrue();
        }
    }

    @Test
    void tellsThatAServerWasKilledAndConnectsAgainWhenItIsBack() {
        try (RedisOtpStore store = store()) {
            ManagerFixture fixture = new ManagerFixture(store);
            String code = fixture.send(PHONE);
            server.kill();
            RedisServer.await(
                    "an attempt to connect again",
                    () -> StoreCall.messageOf(() -> store.get(FailureFixture.KEY))
                            .contains("refused"));
            assertThat(FailureFixture.ofEachCall(store, server.hostAndPort()))
                    .allSatisfy(thrown -> assertThat(thrown)
                            .hasMessageContaining("not connected, Connection refused")
                            .hasMessageContaining("check that it runs, its address"));
            fixture.failsClosed(PHONE, code);
            server.restart();
            awaitService(store);
            assertThat(fixture.verify(PHONE, code).isVerified()).isTrue();
        }
    }

    /** Like a host that loses power: no more packets arrive, not even one that ends the connection. */
    @Test
    void leavesAConnectionThatLeadsNowhereAnyMore() {
        try (TcpProxy proxy = TcpProxy.to(server);
                RedisOtpStore store = FailureFixture.builder(proxy.uri()).build()) {
            FailureFixture.write(store);
            proxy.blackHole();
            assertThat(FailureFixture.ofEachCall(store, proxy.hostAndPort()))
                    .anySatisfy(thrown -> assertThat(thrown).hasMessageContaining("no reply within PT1S"));
            awaitService(store);
        }
    }

    @Test
    void leavesAReplicaWhenItsAddressLeadsToAPrimary() {
        try (RedisServer formerPrimary = RedisServer.start();
                TcpProxy proxy = TcpProxy.to(formerPrimary);
                RedisOtpStore store = FailureFixture.builder(proxy.uri()).build()) {
            FailureFixture.write(store);
            formerPrimary.commands().replicaof("127.0.0.1", server.port());
            proxy.routeTo(server);
            assertThat(FailureFixture.ofWriting(store, proxy.hostAndPort())).hasMessageContaining("READONLY");
            awaitService(store);
            assertThat(server.commands().exists("otp:{" + FailureFixture.KEPT + "}"))
                    .isOne();
        }
    }

    /** An idle connection is not unresponsive: only a request without a reply makes it so. */
    @Test
    void keepsAConnectionOverWhichAnswersCome() throws InterruptedException {
        try (RedisOtpStore store = store()) {
            long connections = connectionsSoFar();
            for (int i = 0; i < 2; i++) {
                store.get(FailureFixture.KEY);
                TimeUnit.MILLISECONDS.sleep(FailureFixture.TIMEOUT.toMillis() * 4 / 5);
            }
            store.get(FailureFixture.KEY);
            assertThat(connectionsSoFar()).isEqualTo(connections);
        }
    }

    @Test
    void connectsAgainAfterItsConnectionWasKilled() {
        try (RedisOtpStore store = store()) {
            ManagerFixture fixture = new ManagerFixture(store);
            String code = fixture.send(PHONE);
            for (int i = 0; i < 5; i++) {
                server.commands().clientKill(KillArgs.Builder.typeNormal().skipme());
                awaitService(store);
            }
            assertThat(fixture.verify(PHONE, code).isVerified()).isTrue();
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
        RedisServer.await("service", () -> StoreCall.succeeds(() -> FailureFixture.write(store)));
    }
}
