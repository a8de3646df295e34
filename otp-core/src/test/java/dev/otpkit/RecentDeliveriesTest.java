package dev.otpkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.otpkit.spi.Deadline;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class RecentDeliveriesTest {
    private final VirtualPace pace = new VirtualPace();
    private final RecentDeliveries recent = new RecentDeliveries(pace, new Random(7));

    @Test
    void playsASuccessThatTakesNoTimeIfThereWasNoneYet() throws Exception {
        assertThat(recent.play(Deadline.none())).isEqualTo(new RecentDeliveries.Played(null, Optional.empty()));
        assertThat(pace.now()).isZero();
    }

    @Test
    void drawsEachOfTheLastAttemptsAndNoOlderOne() throws Exception {
        for (int i = 1; i <= 100; i++) {
            recent.add(Duration.ofMillis(i), null, Optional.empty());
        }

        assertThat(played(2_000))
                .isEqualTo(Set.copyOf(IntStream.rangeClosed(69, 100)
                        .mapToObj(Duration::ofMillis)
                        .toList()));
    }

    @Test
    void drawsEachOfTheFirstAttempts() throws Exception {
        for (int i = 1; i <= 3; i++) {
            recent.add(Duration.ofMillis(i), null, Optional.empty());
        }

        assertThat(played(200)).containsExactlyInAnyOrder(millis(1), millis(2), millis(3));
    }

    private Set<Duration> played(int times) throws InterruptedException {
        Set<Duration> durations = new HashSet<>();
        for (int i = 0; i < times; i++) {
            Duration before = pace.now();
            recent.play(Deadline.none());
            durations.add(pace.now().minus(before));
        }
        return durations;
    }

    @Test
    void playsTheFailureThatItDraws() throws Exception {
        DeliveryFailure failure = DeliveryFailure.of("smtp", Kind.THROTTLED, "421", "try again later");
        recent.add(millis(5), failure, Optional.empty());

        assertThat(recent.play(Deadline.none())).isEqualTo(new RecentDeliveries.Played(failure, Optional.empty()));
        assertThat(pace.now()).isEqualTo(millis(5));
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"RECIPIENT_REJECTED", "OPTED_OUT"})
    void keepsNoFailureThatIsDueToARecipient(Kind kind) throws Exception {
        recent.add(millis(5), DeliveryFailure.of("smtp", kind, null, "no such user"), Optional.empty());

        assertThat(recent.play(Deadline.none()).failure()).isNull();
        assertThat(pace.now()).isZero();
    }

    @Test
    void keepsNoAttemptOfAThreadThatWasInterrupted() throws Exception {
        Thread.currentThread().interrupt();
        recent.add(millis(5), DeliveryFailure.of("smtp", Kind.UNCERTAIN, null, "interrupted"), Optional.empty());

        assertThat(Thread.interrupted()).isTrue();
        assertThat(recent.play(Deadline.none()).failure()).isNull();
    }

    @Test
    void hasAnIdExactlyIfTheAttemptHadOne() throws Exception {
        recent.add(millis(1), null, Optional.of("SM0123456789abcdef0123456789abcdef"));
        assertThat(recent.play(Deadline.none()).providerMessageId())
                .hasValueSatisfying(id ->
                        assertThat(id).matches("SM[0-9a-f]{32}").isNotEqualTo("SM0123456789abcdef0123456789abcdef"));

        for (int i = 0; i < RecentDeliveries.KEPT; i++) {
            recent.add(millis(1), null, Optional.empty());
        }
        assertThat(recent.play(Deadline.none()).providerMessageId()).isEmpty();
    }

    @Test
    void waitsNoLongerThanToTheDeadline() throws Exception {
        recent.add(Duration.ofMinutes(10), null, Optional.empty());

        recent.play(Deadline.in(Duration.ofSeconds(1)));

        assertThat(pace.now()).isBetween(Duration.ofMillis(1), Duration.ofSeconds(1));
    }

    @Test
    void reallyWaitsAsLong() throws Exception {
        RecentDeliveries real = new RecentDeliveries();
        Duration start = real.now();
        real.add(millis(30), null, Optional.empty());

        real.play(Deadline.none());

        assertThat(real.now().minus(start)).isGreaterThanOrEqualTo(millis(30));
    }

    @Test
    void anInterruptEndsTheWait() throws Exception {
        RecentDeliveries real = new RecentDeliveries();
        real.add(Duration.ofMinutes(10), null, Optional.empty());
        List<Throwable> thrown = new ArrayList<>();
        CountDownLatch begun = new CountDownLatch(1);
        Thread waiting = new Thread(() -> {
            begun.countDown();
            assertThatExceptionOfType(InterruptedException.class)
                    .isThrownBy(() -> real.play(Deadline.none()))
                    .satisfies(thrown::add);
        });
        waiting.start();
        begun.await();

        waiting.interrupt();
        waiting.join();

        assertThat(thrown).hasSize(1);
    }

    @Test
    void playsWholeAttemptsWhileManyThreadsAddSome() throws Exception {
        for (int i = 0; i < RecentDeliveries.KEPT; i++) {
            recent.add(millis(1), null, Optional.of("SM" + (1_000_000 + i)));
        }
        List<Throwable> thrown = new ArrayList<>();
        List<Thread> threads = IntStream.range(0, 8)
                .mapToObj(thread -> new Thread(() -> {
                    try {
                        for (int i = 0; i < 5_000; i++) {
                            recent.add(millis(1), null, Optional.of("SM" + thread + (100_000 + i)));
                            assertThat(recent.play(Deadline.none()).providerMessageId())
                                    .hasValueSatisfying(id -> assertThat(id).matches("SM[0-9]{7}"));
                        }
                    } catch (Throwable e) {
                        synchronized (thrown) {
                            thrown.add(e);
                        }
                    }
                }))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(thrown).isEmpty();
    }

    private static Duration millis(int millis) {
        return Duration.ofMillis(millis);
    }
}
