package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The keys of the store in a server, and the number of its requests. */
class RedisOtpStoreKeysIT {
    private static final String PHONE = "+966501234567";

    private final RedisServer server = RedisServer.start();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void givesEachKeyItsPrefixAndALifetimeInMilliseconds() {
        try (RedisOtpStore store = FailureFixture.builder(server.uri()).build()) {
            ManagerFixture fixture = new ManagerFixture(store);
            fixture.verify(PHONE, fixture.send(PHONE));
            fixture.send(PHONE);
            store.increment("counter", 1, Duration.ofNanos(3_600_000_123_456L));
            store.compareAndExchange("record", null, FailureFixture.record(""), Duration.ofMillis(7_200_123));

            List<String> keys = server.commands().keys("*");
            assertThat(keys)
                    .hasSize(3)
                    .contains("otp:{counter}:c", "otp:{record}")
                    .allMatch(key -> key.matches("otp:\\{[^{}]+}(:c)?"));
            assertThat(keys)
                    .allSatisfy(key -> assertThat(server.commands().pttl(key)).isPositive());
            assertThat(server.commands().pttl("otp:{record}")).isBetween(7_170_000L, 7_200_123L);
            assertThat(server.commands().pttl("otp:{counter}:c")).isBetween(3_570_000L, 3_600_001L);
        }
    }

    @Test
    void roundsALifetimeUpToWholeMilliseconds() {
        try (RedisOtpStore store = FailureFixture.builder(server.uri()).build()) {
            server.commands().configSet("slowlog-log-slower-than", "0");
            store.compareAndExchange(
                    "record",
                    null,
                    FailureFixture.record(""),
                    Duration.ofSeconds(60).plusNanos(1));
            store.increment("counter", 1, Duration.ofMillis(70_001));

            assertThat(server.commands().slowlogGet().toString())
                    .contains("60001")
                    .contains("70001");
        }
    }

    @Test
    void keepsStoresWithDifferentPrefixesApart() {
        try (RedisOtpStore one =
                        FailureFixture.builder(server.uri()).prefix("one:").build();
                RedisOtpStore two =
                        FailureFixture.builder(server.uri()).prefix("two:").build()) {
            FailureFixture.write(one);
            assertThat(two.get(FailureFixture.KEPT)).isNull();
            assertThat(one.increment("counter", 5, FailureFixture.TTL)).isEqualTo(5);
            assertThat(two.increment("counter", 1, FailureFixture.TTL)).isOne();
            assertThat(one.toString())
                    .isEqualTo("RedisOtpStore[" + server.hostAndPort() + ", prefix=one:, replicas=0]");
        }
        assertThat(server.commands().keys("*"))
                .containsExactlyInAnyOrder("one:{" + FailureFixture.KEPT + "}", "one:{counter}:c", "two:{counter}:c");
    }

    @Test
    void asksOncePerCall() {
        try (RedisOtpStore store = FailureFixture.builder(server.uri()).build()) {
            FailureFixture.write(store);
            store.increment("counter", 1, FailureFixture.TTL);
            server.commands().configResetstat();

            store.get(FailureFixture.KEPT);
            assertThat(asked()).isEqualTo("getex=1");
            store.compareAndExchange(
                    FailureFixture.KEPT, FailureFixture.record(""), FailureFixture.record("2"), FailureFixture.TTL);
            assertThat(asked()).isEqualTo("evalsha=1 getex=1");
            store.increment("counter", 1, FailureFixture.TTL);
            assertThat(asked()).isEqualTo("evalsha=2 getex=1");
        }
    }

    @Test
    void sendsAScriptAgainToAServerThatForgotIt() {
        try (RedisOtpStore store = FailureFixture.builder(server.uri()).build()) {
            FailureFixture.write(store);
            assertThat(store.increment("counter", 1, FailureFixture.TTL)).isOne();
            server.commands().scriptFlush();
            server.commands().configResetstat();

            assertThat(store.compareAndExchange(
                            FailureFixture.KEPT,
                            FailureFixture.record(""),
                            FailureFixture.record("2"),
                            FailureFixture.TTL))
                    .isEqualTo(FailureFixture.record(""));
            assertThat(store.increment("counter", 1, FailureFixture.TTL)).isEqualTo(2);
            assertThat(asked()).isEqualTo("eval=2 evalsha=2");
            assertThat(store.increment("counter", 1, FailureFixture.TTL)).isEqualTo(3);
            assertThat(store.get(FailureFixture.KEPT)).isEqualTo(FailureFixture.record("2"));
            assertThat(asked()).isEqualTo("eval=2 evalsha=3 getex=1");
        }
    }

    /** Returns the commands of the store outside of scripts, without those of these tests. */
    private String asked() {
        CommandStatistics statistics = CommandStatistics.of(server);
        return String.join(
                " ",
                List.of("eval", "evalsha", "getex", "hello", "ping", "wait", "script|load", "script|exists").stream()
                        .filter(command -> statistics.calls(command) > 0)
                        .map(command -> command + "=" + statistics.calls(command))
                        .toList());
    }
}
