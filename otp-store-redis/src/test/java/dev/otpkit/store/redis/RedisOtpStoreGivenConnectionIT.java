package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.event.connection.ReconnectAttemptEvent;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A store on a connection of an application, with the client of docs/production.md. */
class RedisOtpStoreGivenConnectionIT {
    private static final Duration A_SECOND = Duration.ofSeconds(1);

    private final RedisServer server = RedisServer.start();
    private final RedisClient client = GivenClient.client(RedisURI.create(server.uri()));

    @AfterEach
    void stop() {
        shutDown(client);
        server.close();
    }

    @Test
    void losesNothingThatTheApplicationHasSet() {
        SslOptions tls = SslOptions.builder().jdkSslProvider().build();
        SocketOptions sockets = SocketOptions.builder()
                .connectTimeout(A_SECOND)
                .keepAlive(true)
                .tcpNoDelay(false)
                .build();
        client.setOptions(ClientOptions.builder()
                .protocolVersion(ProtocolVersion.RESP2)
                .requestQueueSize(500)
                .sslOptions(tls)
                .socketOptions(sockets)
                .timeoutOptions(TimeoutOptions.enabled(A_SECOND))
                .pingBeforeActivateConnection(false)
                .publishOnScheduler(true)
                .build());

        GivenClient.store(client).close();

        ClientOptions options = client.getOptions();
        assertThat(options.getDisconnectedBehavior()).isEqualTo(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS);
        assertThat(options.getProtocolVersion()).isEqualTo(ProtocolVersion.RESP2);
        assertThat(options.getRequestQueueSize()).isEqualTo(500);
        assertThat(options.getSslOptions()).isSameAs(tls);
        assertThat(options.getSocketOptions().getConnectTimeout()).isEqualTo(A_SECOND);
        assertThat(options.getSocketOptions().isKeepAlive()).isTrue();
        assertThat(options.getSocketOptions().isTcpNoDelay()).isFalse();
        assertThat(options.getTimeoutOptions().isTimeoutCommands()).isTrue();
        assertThat(options.isPingBeforeActivateConnection()).isFalse();
        assertThat(options.isPublishOnScheduler()).isTrue();
    }

    /** By default the delay between attempts doubles, up to half a minute. */
    @Test
    void connectsAgainWithinASecondOrSoHoweverLongTheServerWasAway() {
        RedisClient unprepared = RedisClient.create(ClientResources.create(), server.uri());
        Queue<Duration> delays = delaysOf(client);
        Queue<Duration> doubling = delaysOf(unprepared);
        try (StatefulRedisConnection<String, String> connection = unprepared.connect();
                RedisOtpStore store = GivenClient.store(client)) {
            assertThat(connection.isOpen()).isTrue();
            FailureFixture.write(store);
            server.kill();
            RedisServer.await("a lost connection", () -> !StoreCall.succeeds(() -> store.get(FailureFixture.KEY)));
            assertThat(StoreCall.messageOf(() -> store.get(FailureFixture.KEY))).contains("not connected");
            RedisServer.await(
                    "a delay of more than a second",
                    () -> doubling.stream().anyMatch(each -> each.compareTo(A_SECOND) > 0));

            assertThat(delays)
                    .hasSizeGreaterThan(1)
                    .allSatisfy(each -> assertThat(each).isLessThanOrEqualTo(A_SECOND));
            server.restart();
            RedisServer.await("service", () -> StoreCall.succeeds(() -> FailureFixture.write(store)));
        } finally {
            shutDown(unprepared);
        }
    }

    /** Like a host that loses power. The store ends its calls; only the client can end the connection. */
    @Test
    void endsEachCallInTimeOverAConnectionThatLeadsNowhere() {
        try (TcpProxy proxy = TcpProxy.to(server)) {
            RedisClient stranded = RedisClient.create(proxy.uri());
            try (StatefulRedisConnection<String, String> connection = stranded.connect();
                    RedisOtpStore store = RedisOtpStore.builder()
                            .connection(connection)
                            .timeout(FailureFixture.TIMEOUT)
                            .build()) {
                proxy.blackHole();
                assertThat(FailureFixture.ofEachCall(store, server.hostAndPort()))
                        .allSatisfy(thrown -> assertThat(thrown).hasMessageContaining("no reply within PT1S"));
            } finally {
                shutDown(stranded);
            }
        }
    }

    @Test
    void asksNothingBeforeTheFirstCallIfItIsLazy() {
        try (StatefulRedisConnection<String, String> connection = client.connect();
                RedisOtpStore store = RedisOtpStore.builder()
                        .connection(connection)
                        .lazy(true)
                        .build()) {
            assertThat(CommandStatistics.of(server).calls("info"))
                    .as("of this test itself")
                    .isZero();
            FailureFixture.write(store);
            assertThat(CommandStatistics.of(server).calls("info"))
                    .as("and of the store")
                    .isEqualTo(2);
        }
    }

    private static Queue<Duration> delaysOf(RedisClient client) {
        Queue<Duration> delays = new ConcurrentLinkedQueue<>();
        client.getResources().eventBus().get().subscribe(event -> {
            if (event instanceof ReconnectAttemptEvent attempt) {
                delays.add(attempt.getDelay());
            }
        });
        return delays;
    }

    /** The application that created resources must shut them down. */
    @SuppressWarnings("FutureReturnValueIgnored") // Nothing waits for the end.
    private static void shutDown(RedisClient client) {
        client.shutdown(Duration.ZERO, A_SECOND);
        client.getResources().shutdown(0, 1, TimeUnit.SECONDS);
    }
}
