package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The description of an attempt to connect that took too long. */
class ConnectionAttemptTest {
    private static final String LOADING = ", after 1.2 s for loading the client";

    @Test
    void tellsAServerThatCannotBeReachedFromOneThatDoesNotAnswer() {
        assertThat(reason("192.0.2.1:6379", "", 10_000, 0))
                .isEqualTo("no TCP connection to 192.0.2.1:6379 within 10.0 s" + LOADING);
        assertThat(reason("", "192.0.2.1:6379", 10_000, 0))
                .isEqualTo("handshake not completed with 192.0.2.1:6379, which accepted a TCP connection, within 10.0 s"
                        + LOADING);
        assertThat(reason("", "", 10_000, 0)).isEqualTo("host name not resolved within 10.0 s" + LOADING);
    }

    @Test
    void namesThePrimaryThatCannotBeReachedAndNotTheSentinelThatNamedIt() {
        assertThat(reason("192.0.2.2:6379", "192.0.2.1:26379", 10_000, 0))
                .startsWith("no TCP connection to 192.0.2.2:6379 within");
    }

    @Test
    void tellsOfAProcessThatStoodStillForAFifthOfTheTime() {
        assertThat(reason("192.0.2.1:6379", "", 10_000, 1_999)).doesNotContain("CPU");
        assertThat(reason("192.0.2.1:6379", "", 10_000, 2_000))
                .endsWith(LOADING + "; this process lacked CPU: it was stalled for 2.0 s of these 10.0 s");
    }

    private static String reason(String unreached, String reached, long waited, long stalled) {
        return ConnectionAttempt.reason(
                unreached, reached, Duration.ofMillis(waited), Duration.ofMillis(1_249), Duration.ofMillis(stalled));
    }
}
