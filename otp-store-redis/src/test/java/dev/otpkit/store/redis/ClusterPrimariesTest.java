package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.internal.HostAndPort;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterPrimariesTest {
    @ParameterizedTest
    @CsvSource({
        "MOVED 3999 127.0.0.1:6381, 127.0.0.1, 6381",
        "ASK 3999 redis.example:6381, redis.example, 6381",
        "MOVED 3999 :6381, 192.0.2.1, 6381",
        "MOVED 12706 ::1:23812, ::1, 23812",
        "ASK 12706 2001:db8::7:6379, 2001:db8::7, 6379"
    })
    void followsARedirection(String error, String host, int port) {
        HostAndPort target = ClusterPrimaries.target(error, "192.0.2.1:6379");

        assertThat(target.getHostText()).isEqualTo(host);
        assertThat(target.getPort()).isEqualTo(port);
    }

    @ParameterizedTest
    @CsvSource({"[2001:db8::1]:6379, 2001:db8::1", "[::1]:6379, ::1"})
    void staysOnTheHostThatAnsweredIfNoneIsNamed(String answered, String host) {
        HostAndPort target = ClusterPrimaries.target("MOVED 3999 :6381", answered);

        assertThat(target.getHostText()).isEqualTo(host);
        assertThat(target.getPort()).isEqualTo(6381);
    }
}
