package dev.otpkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

class MutableClockTest {
    private static final Instant START = Instant.parse("2026-03-04T05:06:07Z");

    @Test
    void standsStillUntilItIsMoved() {
        MutableClock clock = MutableClock.at(START);

        assertThat(clock.instant()).isEqualTo(START);
        assertThat(clock.advance(Duration.ofMillis(1500))).isEqualTo(START.plusMillis(1500));
        assertThat(clock.instant()).isEqualTo(START.plusMillis(1500));
        clock.advance(Duration.ofSeconds(-2));
        assertThat(clock.millis()).isEqualTo(START.minusMillis(500).toEpochMilli());
        clock.set(START);
        assertThat(clock.instant()).isEqualTo(START);
    }

    @Test
    void losesNoStepOfSeveralThreads() throws Exception {
        MutableClock clock = MutableClock.create();
        Instant before = clock.instant();
        try (Race race = new Race(8)) {
            race.run(thread -> (Callable<Void>) () -> {
                for (int i = 0; i < 1000; i++) {
                    clock.advance(Duration.ofMillis(1));
                }
                return null;
            });
        }
        assertThat(clock.instant()).isEqualTo(before.plusMillis(8000));
    }
}
