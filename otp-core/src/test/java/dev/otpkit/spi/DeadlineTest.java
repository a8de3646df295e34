package dev.otpkit.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlineTest {
    private static final Duration NEVER = Duration.ofNanos(Long.MAX_VALUE);

    @Test
    void neverComesIfThereIsNone() {
        assertThat(Deadline.none().remaining()).isEqualTo(NEVER);
        assertThat(Deadline.none()).isSameAs(Deadline.none()).hasToString("Deadline[none]");
        assertThat(Deadline.none().atMost(Duration.ofDays(1))).isEqualTo(Duration.ofDays(1));
    }

    @Test
    void leavesLessAndLessTimeAndThenNone() {
        Deadline deadline = Deadline.in(Duration.ofMillis(50));
        Duration first = deadline.remaining();
        assertThat(first).isPositive().isLessThanOrEqualTo(Duration.ofMillis(50));
        assertThat(deadline.remaining()).isLessThanOrEqualTo(first);
        assertThat(deadline.toString()).startsWith("Deadline[in PT");

        long end = System.nanoTime() + Duration.ofMillis(60).toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }

        assertThat(deadline.remaining()).isEqualTo(Duration.ZERO);
        assertThat(deadline.atMost(Duration.ofSeconds(1))).isEqualTo(Duration.ZERO);
        assertThat(deadline).hasToString("Deadline[in PT0S]");
    }

    @Test
    void allowsTheShorterOfATimeOutAndTheTimeThatIsLeft() {
        Deadline deadline = Deadline.in(Duration.ofMinutes(1));

        assertThat(deadline.atMost(Duration.ofSeconds(2))).isEqualTo(Duration.ofSeconds(2));
        assertThat(deadline.atMost(Duration.ofMinutes(2))).isBetween(Duration.ofSeconds(30), Duration.ofMinutes(1));
        assertThat(deadline.atMost(Duration.ZERO)).isEqualTo(Duration.ZERO);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 1_000_000_000, 9_145_440_000_000_000_000L, Long.MAX_VALUE - 1})
    void takesEveryTimeUpTo290Years(long nanos) {
        assertThat(Deadline.in(Duration.ofNanos(nanos)).remaining())
                .isBetween(Duration.ZERO.plusNanos(Math.max(0, nanos - 60_000_000_000L)), Duration.ofNanos(nanos));
    }

    @Test
    void refusesATimeThatIsNegativeOrTooLong() {
        for (Duration time : new Duration[] {Duration.ofNanos(-1), NEVER, Duration.ofDays(365 * 300L)}) {
            assertThatThrownBy(() -> Deadline.in(time))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("time must be within [PT0S, " + NEVER + "), but was " + time);
        }
        assertThatNullPointerException().isThrownBy(() -> Deadline.in(null)).withMessage("time must not be null");
    }
}
