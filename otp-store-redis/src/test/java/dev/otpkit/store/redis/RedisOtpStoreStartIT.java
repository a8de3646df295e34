package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.otpkit.testkit.LogRecorder;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.protocol.CommandType;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The checks of a server when the store starts. */
class RedisOtpStoreStartIT {
    private final RedisServer server = RedisServer.start();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void hasNothingToSayOfAGoodServer() {
        assertThat(saidAtTheStart(server.uri())).isEmpty();
        server.commands().configSet("save", "3600 1");
        server.commands().configSet("appendonly", "no");
        assertThat(saidAtTheStart(server.uri()))
                .as("snapshots are better than nothing")
                .isEmpty();
        server.commands().configSet("maxmemory", "100mb");
        assertThat(saidAtTheStart(server.uri())).isEmpty();
    }

    @Test
    void warnsOfEviction() {
        server.commands().configSet("maxmemory-policy", "volatile-lru");
        assertThat(saidAtTheStart(server.uri()))
                .as("without a limit nothing is evicted")
                .isEmpty();
        server.commands().configSet("maxmemory", "100mb");
        assertThat(saidAtTheStart(server.uri()))
                .singleElement()
                .satisfies(text -> assertThat(text)
                        .startsWith("WARN " + RedisOtpStore.class.getName() + " Redis at " + server.hostAndPort()
                                + " has maxmemory-policy volatile-lru")
                        .contains("set noeviction"));
    }

    @Test
    void warnsOfMissingPersistence() {
        server.commands().configSet("appendonly", "no");
        server.commands().configSet("save", "");
        assertThat(saidAtTheStart(server.uri()))
                .singleElement()
                .satisfies(text -> assertThat(text)
                        .startsWith("WARN " + RedisOtpStore.class.getName() + " Redis at " + server.hostAndPort()
                                + " has no persistence")
                        .contains("set appendonly yes"));
    }

    /** 0.0.0.0 leads to this machine, but the store considers it another one. */
    @Test
    void warnsOfAPasswordThatCrossesTheNetworkInClearText() {
        server.commands().configSet("requirepass", FailureFixture.PASSWORD);
        String credentials = "default:" + FailureFixture.PASSWORD + "@";
        String elsewhere = "0.0.0.0:" + server.port();

        assertWarnsOfClearText("Redis at " + elsewhere, saidAtTheStart("redis://" + credentials + elsewhere));
        assertThat(saidAtTheStart("redis://" + credentials + server.hostAndPort()))
                .as("a password that stays on this machine")
                .isEmpty();
    }

    @Test
    void warnsOfAPasswordThatCrossesTheNetworkToAPrimaryThatSentinelNames() {
        server.commands().configSet("requirepass", FailureFixture.PASSWORD);
        String uri = "redis-sentinel://default:" + FailureFixture.PASSWORD + "@";
        String monitored = "sentinel monitor mymaster 127.0.0.1 " + server.port() + " 1";
        try (RedisServer sentinel = RedisServer.startSentinel(List.of(monitored))) {
            String elsewhere = "0.0.0.0:" + sentinel.port();

            assertWarnsOfClearText(
                    "Redis at " + server.hostAndPort() + ", mymaster of Sentinel " + elsewhere,
                    saidAtTheStart(uri + elsewhere + "#mymaster"));
            assertThat(saidAtTheStart(uri + sentinel.hostAndPort() + "#mymaster"))
                    .as("a password that stays on this machine")
                    .isEmpty();
        }
    }

    @Test
    void warnsOfAPasswordThatCrossesTheNetworkToAnotherNodeOfACluster() {
        try (RedisServer node = RedisServer.start("--cluster-enabled", "yes")) {
            node.commands().configSet("requirepass", FailureFixture.PASSWORD);
            RedisOtpStore.Builder builder = RedisOtpStore.builder()
                    .cluster("redis://default:" + FailureFixture.PASSWORD + "@" + node.hostAndPort())
                    .timeout(FailureFixture.TIMEOUT);

            assertThat(saidBy(builder))
                    .as("a password that stays on this machine")
                    .isEmpty();
            node.commands().configSet("cluster-announce-ip", "0.0.0.0");
            // Redis 6.2 does so a moment later.
            RedisServer.await(
                    "its new address", () -> node.commands().clusterNodes().contains("0.0.0.0"));
            assertWarnsOfClearText("Redis at 0.0.0.0:" + node.port(), saidBy(builder));
        }
    }

    private static void assertWarnsOfClearText(String where, List<String> said) {
        assertThat(said)
                .singleElement()
                .satisfies(text -> assertThat(text)
                        .startsWith("WARN " + RedisOtpStore.class.getName() + " " + where + " is reached without TLS:")
                        .contains("the password and all records cross the network in clear text; use rediss://")
                        .doesNotContain(FailureFixture.PASSWORD));
    }

    @Test
    void isSilentWhereItMayNotAsk() {
        server.commands().configSet("appendonly", "no");
        server.commands().configSet("save", "");
        server.commands().configSet("maxmemory-policy", "allkeys-lru");
        server.commands().configSet("maxmemory", "100mb");
        for (CommandType forbidden : List.of(CommandType.INFO, CommandType.CONFIG)) {
            server.commands()
                    .aclSetuser(
                            "user",
                            AclSetuserArgs.Builder.on()
                                    .reset()
                                    .on()
                                    .addPassword(FailureFixture.PASSWORD)
                                    .keyPattern("*")
                                    .allCommands()
                                    .removeCommand(forbidden));
            List<String> said = saidAtTheStart("redis://user:" + FailureFixture.PASSWORD + "@" + server.hostAndPort());
            if (forbidden == CommandType.INFO) {
                assertThat(said).isEmpty();
            } else {
                assertThat(said)
                        .singleElement()
                        .satisfies(text -> assertThat(text).contains("allkeys-lru"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.8.24", "5.0.14", "6.0.16", "6.1.240"})
    void refusesAServerThatIsTooOld(String version) {
        try (ScriptedRedis old =
                new ScriptedRedis("# Server\r\nredis_version:" + version + "\r\nredis_mode:standalone")) {
            List<Thread> threads = FailureFixture.clientThreads();
            assertThatIllegalStateException()
                    .isThrownBy(() -> FailureFixture.builder("redis://" + old.hostAndPort())
                            .build())
                    .withMessage("Redis at " + old.hostAndPort() + " must be 6.2 or later, but is " + version);
            RedisServer.await("the end of its connection", () -> old.connections() == 0);
            RedisServer.await("the end of threads", () -> threads.containsAll(FailureFixture.clientThreads()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis_version:6.2.0",
                "redis_version:7.0.15",
                "redis_version:10.0.0",
                "redis_version:unknown",
                "redis_version:99999999999999.1.1",
                "redis_version:",
                ""
            })
    void takesEveryOtherServer(String info) {
        try (ScriptedRedis other = new ScriptedRedis(info)) {
            assertThat(saidAtTheStart("redis://" + other.hostAndPort())).isEmpty();
        }
    }

    private static List<String> saidAtTheStart(String uri) {
        return saidBy(FailureFixture.builder(uri));
    }

    private static List<String> saidBy(RedisOtpStore.Builder builder) {
        try (LogRecorder log = LogRecorder.start(RedisOtpStore.class.getName(), System.Logger.Level.INFO)) {
            builder.build().close();
            return log.texts();
        }
    }
}
