package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisURI;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClearTextTest {
    private static final String LOCAL_SENTINEL = "redis-sentinel://user:fake-password@127.0.0.1/0#mymaster";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://user:fake-password@redis.example",
                "redis://:fake-password@redis.example:6380/3",
                "redis://fake-password@redis.example",
                "redis://user:fake-password@10.0.0.1",
                "redis://user:fake-password@128.0.0.1",
                "redis://user:fake-password@[2001:db8::1]",
                "redis://user:fake-password@[fe80::1%25eth0]",
                "redis://user:fake-password@[::ffff:10.0.0.1]",
                "redis://user:fake-password@0.0.0.0",
                "redis://user:fake-password@localhost.example",
                "redis://user:fake-password@127.0.0.1.example",
                "redis://user:fake-password@with_underscore",
                "redis-sentinel://user:fake-password@a.example,b.example/0#mymaster",
                "redis-sentinel://fake-password@127.0.0.1,b.example/0#mymaster"
            })
    void aPasswordForAnotherMachineCrossesTheNetwork(String uri) {
        assertThat(crosses(uri)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://user:fake-password@localhost",
                "redis://user:fake-password@LOCALHOST:6380",
                "redis://user:fake-password@127.0.0.1",
                "redis://user:fake-password@127.255.0.9",
                "redis://user:fake-password@[::1]",
                "redis://user:fake-password@[0:0:0:0:0:0:0:1]",
                "redis://user:fake-password@[::ffff:127.0.0.1]",
                "redis-sentinel://user:fake-password@localhost,127.0.0.1:26380/0#mymaster",
                "redis-sentinel://user:fake-password@[::1]:26380/0#mymaster"
            })
    void aPasswordForThisMachineDoesNot(String uri) {
        assertThat(crosses(uri)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rediss://user:fake-password@redis.example",
                "rediss-sentinel://user:fake-password@a.example,b.example/0#mymaster"
            })
    void noPasswordOverTlsIsInClearText(String uri) {
        assertThat(crosses(uri, "redis.example")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis://redis.example", "redis-sentinel://a.example/0#mymaster"})
    void withoutAPasswordThereIsNoneToLose(String uri) {
        assertThat(crosses(uri, "redis.example")).isFalse();
    }

    @Test
    void aPrimaryOnAnotherMachineCountsThoughItsSentinelIsOnThisOne() {
        assertThat(crosses(LOCAL_SENTINEL, "10.0.0.1")).isTrue();
        assertThat(crosses(LOCAL_SENTINEL, "redis.example")).isTrue();
        assertThat(crosses(LOCAL_SENTINEL, "127.0.0.1")).isFalse();
    }

    @Test
    void eachNodeOfAClusterCounts() {
        List<RedisURI> local = Stream.of("redis://fake-password@127.0.0.1:7000", "redis://127.0.0.1:7001")
                .map(RedisURI::create)
                .toList();
        List<RedisURI> remote = Stream.of("redis://fake-password@127.0.0.1:7000", "redis://b.example:7001")
                .map(RedisURI::create)
                .toList();

        assertThat(ClearText.crossesANetwork(local, List.of("127.0.0.1"))).isFalse();
        assertThat(ClearText.crossesANetwork(local, List.of("127.0.0.1", "10.0.0.2")))
                .isTrue();
        assertThat(ClearText.crossesANetwork(remote, List.of())).isTrue();
    }

    @Test
    void nothingIsKnownOfAConnectionThatWasGiven() {
        assertThat(ClearText.crossesANetwork(List.of(), List.of("redis.example")))
                .isFalse();
    }

    private static boolean crosses(String uri, String... primaries) {
        return ClearText.crossesANetwork(List.of(RedisURI.create(uri)), List.of(primaries));
    }
}
