package dev.otpkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimitTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 999_999, 1_000_000})
    void acceptsAMaximumWithinItsRange(int max) {
        assertThat(RateLimit.of(max, HOUR)).isEqualTo(new RateLimit(max, HOUR));
        assertThat(RateLimit.of(max, HOUR).max()).isEqualTo(max);
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1_000_001, Integer.MAX_VALUE})
    void refusesAMaximumOutsideItsRange(int max) {
        assertThatThrownBy(() -> RateLimit.of(max, HOUR))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("max must be within [1, 1000000], but was " + max);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT1S", "PT1.001S", "PT1H", "PT743H59M59.999S", "P31D"})
    void acceptsAWindowWithinItsRange(Duration window) {
        assertThat(RateLimit.of(1, window).window()).isEqualTo(window);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT0.999999999S", "PT744H0.000000001S", "PT1000000H"})
    void refusesAWindowOutsideItsRange(Duration window) {
        assertThatThrownBy(() -> RateLimit.of(1, window))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("window must be within [PT1S, PT744H], but was " + window);
    }

    @ParameterizedTest
    @CsvSource({"PT1.000999999S, PT1S", "PT1.0015S, PT1.001S"})
    void keepsWholeMilliseconds(Duration window, Duration kept) {
        assertThat(RateLimit.of(1, window).window()).isEqualTo(kept);
    }

    @Test
    void refusesNoWindowByName() {
        assertThatThrownBy(() -> RateLimit.of(1, null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("window must not be null");
    }
}
