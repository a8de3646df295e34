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
import java.util.Locale;
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
    private static final SendCall CALL = call("user@example.com", Locale.ENGLISH);

    private final VirtualPace pace = new VirtualPace();
    private final RecentDeliveries recent = new RecentDeliveries(pace, new Random(7));

    @Test
    void playsASuccessThatTakesNoTimeIfThereWasNoneYet() throws Exception {
        assertThat(recent.play(CALL, Deadline.none())).isEqualTo(new RecentDeliveries.Played(null, Optional.empty()));
        assertThat(pace.now()).isZero();
    }

    @Test
    void drawsEachOfTheLastAttemptsAndNoOlderOne() throws Exception {
        for (int i = 1; i <= 100; i++) {
            recent.add(CALL, Duration.ofMillis(i), null, Optional.empty());
        }

        assertThat(played(2_000))
                .isEqualTo(Set.copyOf(IntStream.rangeClosed(69, 100)
                        .mapToObj(Duration::ofMillis)
                        .toList()));
    }

    @Test
    void drawsEachOfTheFirstAttempts() throws Exception {
        for (int i = 1; i <= 3; i++) {
            recent.add(CALL, Duration.ofMillis(i), null, Optional.empty());
        }

        assertThat(played(200)).containsExactlyInAnyOrder(millis(1), millis(2), millis(3));
    }

    private Set<Duration> played(int times) throws InterruptedException {
        Set<Duration> durations = new HashSet<>();
        for (int i = 0; i < times; i++) {
            Duration before = pace.now();
            recent.play(CALL, Deadline.none());
            durations.add(pace.now().minus(before));
        }
        return durations;
    }

    @Test
    void playsTheFailureThatItDraws() throws Exception {
        DeliveryFailure failure = DeliveryFailure.of("smtp", Kind.THROTTLED, "421", "try again later");
        recent.add(CALL, millis(5), failure, Optional.empty());

        assertThat(recent.play(CALL, Deadline.none()))
                .isEqualTo(new RecentDeliveries.Played(failure, Optional.empty()));
        assertThat(pace.now()).isEqualTo(millis(5));
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"RECIPIENT_REJECTED", "OPTED_OUT"})
    void keepsNoFailureThatIsDueToARecipient(Kind kind) throws Exception {
        recent.add(CALL, millis(5), DeliveryFailure.of("smtp", kind, null, "no such user"), Optional.empty());

        assertThat(recent.play(CALL, Deadline.none()).failure()).isNull();
        assertThat(pace.now()).isZero();
    }

    @Test
    void keepsNoAttemptOfAThreadThatWasInterrupted() throws Exception {
        Thread.currentThread().interrupt();
        recent.add(CALL, millis(5), DeliveryFailure.of("smtp", Kind.UNCERTAIN, null, "interrupted"), Optional.empty());

        assertThat(Thread.interrupted()).isTrue();
        assertThat(recent.play(CALL, Deadline.none()).failure()).isNull();
    }

    @Test
    void drawsTheOutcomeFromAttemptsInTheSameLanguageToTheSameCallingCode() throws Exception {
        SendCall arabic = call("+966501234567", Locale.forLanguageTag("ar"));
        DeliveryFailure failure = DeliveryFailure.of("whatsapp", Kind.MISCONFIGURED, null, "no template");
        recent.add(arabic, millis(1), null, Optional.empty());
        recent.add(call("+966501234567", Locale.FRENCH), millis(2), failure, Optional.empty());
        recent.add(call("+971501234567", Locale.forLanguageTag("ar")), millis(3), failure, Optional.empty());

        for (int i = 0; i < 50; i++) {
            assertThat(recent.play(arabic, Deadline.none()).failure()).isNull();
            assertThat(recent.play(call("+966507654321", Locale.FRENCH), Deadline.none())
                            .failure())
                    .isEqualTo(failure);
        }
    }

    @Test
    void drawsTheOutcomeFromAllIfNoneWasAlike() throws Exception {
        DeliveryFailure failure = DeliveryFailure.of("whatsapp", Kind.MISCONFIGURED, null, "no template");
        recent.add(call("+966501234567", Locale.FRENCH), millis(2), failure, Optional.empty());

        assertThat(recent.play(CALL, Deadline.none()).failure()).isEqualTo(failure);
    }

    @Test
    void drawsTheDurationFromAllThatEndedInTheSameWay() throws Exception {
        recent.add(CALL, millis(1), null, Optional.empty());
        recent.add(call("user@example.com", Locale.FRENCH), millis(2), null, Optional.empty());
        recent.add(
                call("user@example.com", Locale.FRENCH),
                millis(3),
                DeliveryFailure.of("smtp", Kind.UNAVAILABLE, null, "away"),
                Optional.empty());

        assertThat(played(200)).containsExactlyInAnyOrder(millis(1), millis(2));
    }

    @Test
    void showsTheMaskOfItsOwnRecipientWhereTheProviderRepeatedTheAddress() throws Exception {
        SendCall other = call("someone@else.example", Locale.ENGLISH);
        String mask = other.recipient().toString();
        recent.add(
                other,
                millis(1),
                DeliveryFailure.of("smtp", Kind.UNAVAILABLE, "450 " + mask, "<" + mask + ">: greylisted"),
                Optional.empty());

        assertThat(recent.play(CALL, Deadline.none()).failure())
                .isEqualTo(DeliveryFailure.of(
                        "smtp", Kind.UNAVAILABLE, "450 u•••@example.com", "<u•••@example.com>: greylisted"));

        RecentDeliveries ids = new RecentDeliveries(pace, new Random(7));
        for (int i = 0; i < 100; i++) {
            ids.add(other, millis(1), null, Optional.of("queued " + (1_000_000 + i * i) + " for " + mask));
        }
        assertThat(ids.play(CALL, Deadline.none()).providerMessageId())
                .hasValueSatisfying(id -> assertThat(id).matches("queued [0-9]{7} for u•••@example\\.com"));
    }

    @Test
    void hasAnIdExactlyIfTheAttemptHadOne() throws Exception {
        recent.add(CALL, millis(1), null, Optional.of("SM0123456789abcdef0123456789abcdef"));
        assertThat(recent.play(CALL, Deadline.none()).providerMessageId())
                .hasValueSatisfying(id ->
                        assertThat(id).matches("SM[0-9a-f]{32}").isNotEqualTo("SM0123456789abcdef0123456789abcdef"));

        for (int i = 0; i < RecentDeliveries.KEPT; i++) {
            recent.add(CALL, millis(1), null, Optional.empty());
        }
        assertThat(recent.play(CALL, Deadline.none()).providerMessageId()).isEmpty();
    }

    @Test
    void waitsNoLongerThanToTheDeadline() throws Exception {
        recent.add(CALL, Duration.ofMinutes(10), null, Optional.empty());

        recent.play(CALL, Deadline.in(Duration.ofSeconds(1)));

        assertThat(pace.now()).isBetween(Duration.ofMillis(1), Duration.ofSeconds(1));
    }

    @Test
    void reallyWaitsAsLong() throws Exception {
        RecentDeliveries real = new RecentDeliveries();
        Duration start = real.now();
        real.add(CALL, millis(30), null, Optional.empty());

        real.play(CALL, Deadline.none());

        assertThat(real.now().minus(start)).isGreaterThanOrEqualTo(millis(30));
    }

    @Test
    void anInterruptEndsTheWait() throws Exception {
        RecentDeliveries real = new RecentDeliveries();
        real.add(CALL, Duration.ofMinutes(10), null, Optional.empty());
        List<Throwable> thrown = new ArrayList<>();
        CountDownLatch begun = new CountDownLatch(1);
        Thread waiting = new Thread(() -> {
            begun.countDown();
            assertThatExceptionOfType(InterruptedException.class)
                    .isThrownBy(() -> real.play(CALL, Deadline.none()))
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
            recent.add(CALL, millis(1), null, Optional.of("SM" + (1_000_000 + i)));
        }
        List<Throwable> thrown = new ArrayList<>();
        List<Thread> threads = IntStream.range(0, 8)
                .mapToObj(thread -> new Thread(() -> {
                    try {
                        for (int i = 0; i < 5_000; i++) {
                            recent.add(CALL, millis(1), null, Optional.of("SM" + thread + (100_000 + i)));
                            assertThat(recent.play(CALL, Deadline.none()).providerMessageId())
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

    private static SendCall call(String address, Locale locale) {
        return new SendCall(OtpRequest.to(address).locale(locale), Recipient.parse(address, null), Stopwatch.start());
    }

    private static Duration millis(int millis) {
        return Duration.ofMillis(millis);
    }
}
