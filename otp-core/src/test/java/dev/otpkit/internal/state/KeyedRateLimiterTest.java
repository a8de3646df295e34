package dev.otpkit.internal.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.RateLimit;
import dev.otpkit.internal.crypto.KeyDerivation;
import dev.otpkit.internal.rules.PolicyLimits;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.spi.StoredRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyedRateLimiterTest {
    private static final String CLIENT = "203.0.113.9";
    private static final KeyDerivation DERIVATIONS = new KeyDerivation(new byte[32], "");
    private static final long MINUTE = 60_000;

    /** The beginning of a window of a minute. */
    private static final long START = 28_333_333 * MINUTE;

    private final Counters store = new Counters();

    @Test
    void permitsEverythingWithoutALimit() {
        KeyedRateLimiter unlimited = new KeyedRateLimiter("send", null, store, DERIVATIONS);
        for (int i = 0; i < 3; i++) {
            acquired(unlimited, CLIENT, START).release();
            acquired(unlimited, null, START);
        }
        assertThat(store.calls).isEmpty();
    }

    @Test
    void permitsWhatBelongsToNoKey() {
        KeyedRateLimiter limiter = limiter(1, Duration.ofMinutes(1));
        for (int i = 0; i < 3; i++) {
            acquired(limiter, null, START).release();
        }
        assertThat(store.calls).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 20})
    void letsExactlySoManyThroughWithinOneWindow(int max) {
        KeyedRateLimiter limiter = limiter(max, Duration.ofMinutes(1));
        for (int i = 0; i < max; i++) {
            assertAccepted(limiter, START + i);
        }
        for (int i = 0; i < 3; i++) {
            assertThat(refusal(limiter, START + MINUTE - 1)).isGreaterThan(START + MINUTE - 1);
        }
    }

    /**
     * With 4 of 4 permits acquired in the window before, one is free when a quarter of it has left the sliding window.
     */
    @Test
    void countsThePartOfTheWindowBeforeThatItStillCovers() {
        KeyedRateLimiter limiter = limiter(4, Duration.ofMinutes(1));
        for (int i = 0; i < 4; i++) {
            assertAccepted(limiter, START);
        }
        long next = START + MINUTE;
        assertThat(refusal(limiter, START + MINUTE - 1)).isEqualTo(next + 15_000);
        assertThat(refusal(limiter, next)).isEqualTo(next + 15_000);
        assertThat(refusal(limiter, next + 14_999)).isEqualTo(next + 15_000);
        assertAccepted(limiter, next + 15_000);
        assertThat(refusal(limiter, next + 15_000)).isEqualTo(next + 30_000);
        assertThat(refusal(limiter, next + 29_999)).isEqualTo(next + 30_000);
        assertAccepted(limiter, next + 30_000);
        assertAccepted(limiter, next + 45_000);
        assertThat(refusal(limiter, next + 45_000)).isEqualTo(next + 60_000);
        assertAccepted(limiter, next + 60_000);
    }

    @Test
    void forgetsTheWindowBeforeTheLast() {
        KeyedRateLimiter limiter = limiter(4, Duration.ofMinutes(1));
        for (int i = 0; i < 4; i++) {
            assertAccepted(limiter, START + MINUTE - 1);
        }
        for (int i = 0; i < 4; i++) {
            assertAccepted(limiter, START + 2 * MINUTE);
        }
    }

    @Test
    void forgetsTheEventsOfOneKeyInBothWindows() {
        KeyedRateLimiter limiter = limiter(2, Duration.ofMinutes(1));
        for (long moment : new long[] {START, START, START + 90_000}) {
            acquired(limiter, CLIENT, moment);
        }
        acquired(limiter, "203.0.113.10", START + 90_000);
        store.calls.clear();

        limiter.forget(CLIENT, START + 90_000);

        assertThat(store.calls).hasSize(2);
        acquired(limiter, CLIENT, START + 90_000);
        acquired(limiter, CLIENT, START + 90_000);
        assertThat(refusal(limiter, START + 90_000)).isEqualTo(START + 150_000);
        acquired(limiter, "203.0.113.10", START + 90_000);
        assertThat(limiter.tryAcquire("203.0.113.10", START + 90_000, e -> {}))
                .as("another key")
                .isInstanceOf(KeyedRateLimiter.Refused.class);
    }

    @Test
    void leavesNothingOfAKeyThatIsForgottenWhenItsPermitIsReleased() {
        KeyedRateLimiter limiter = limiter(1, Duration.ofMinutes(1));
        KeyedRateLimiter.Permit permit = acquired(limiter, CLIENT, START);

        limiter.forget(CLIENT, START);
        permit.release();

        acquired(limiter, CLIENT, START);
        assertThat(refusal(limiter, START)).isEqualTo(START + 2 * MINUTE);
    }

    @Test
    void forgetsNothingWithoutALimit() {
        new KeyedRateLimiter("send", null, store, DERIVATIONS).forget(CLIENT, START);

        assertThat(store.calls).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1, 120000", "2, 90000", "3, 80000", "7, 68572", "20, 63000"})
    void namesTheMomentAfterAFullWindowRoundedUp(int max, long sinceStart) {
        KeyedRateLimiter limiter = limiter(max, Duration.ofMinutes(1));
        for (int i = 0; i < max; i++) {
            assertAccepted(limiter, START);
        }
        assertThat(refusal(limiter, START)).isEqualTo(START + sinceStart);
        assertThat(refusal(limiter, START + sinceStart - 1)).isEqualTo(START + sinceStart);
        assertAccepted(limiter, START + sinceStart);
    }

    @Test
    void namesExactlyTheMomentWhenThereIsAPlace() {
        Random random = new Random(7);
        int refusals = 0;
        for (int round = 0; round < 400; round++) {
            int max = 1 + random.nextInt(20);
            long window = 1_000L + random.nextInt(3_599_001);
            KeyedRateLimiter limiter = limiter(max, Duration.ofMillis(window), new Counters());
            long now = START + random.nextInt(3_600_000);
            for (int i = 0; i < 60; i++) {
                now += random.nextInt((int) (2 * window / max) + 1);
                if (limiter.tryAcquire(CLIENT, now, KeyedRateLimiterTest::rethrow)
                        instanceof KeyedRateLimiter.Refused refused) {
                    refusals++;
                    long moment = refused.retryAfter().toEpochMilli();
                    assertThat(moment).isGreaterThan(now).isLessThanOrEqualTo(now + 2 * window);
                    if (moment - 1 > now) {
                        assertThat(refusal(limiter, moment - 1)).isEqualTo(moment);
                    }
                    assertAccepted(limiter, moment);
                    now = moment;
                }
            }
        }
        assertThat(refusals).isGreaterThan(2_000);
    }

    @Test
    void neverLetsMoreThroughAWindowThanTheLimit() {
        Random random = new Random(11);
        for (int round = 0; round < 50; round++) {
            int max = 1 + random.nextInt(10);
            KeyedRateLimiter limiter = limiter(max, Duration.ofMinutes(1), new Counters());
            int[] accepted = new int[20];
            for (long now = START; now < START + 20 * MINUTE; now += random.nextInt(4_000)) {
                if (limiter.tryAcquire(CLIENT, now, KeyedRateLimiterTest::rethrow) instanceof KeyedRateLimiter.Permit) {
                    accepted[(int) ((now - START) / MINUTE)]++;
                }
            }
            assertThat(Arrays.stream(accepted).max().orElseThrow()).isLessThanOrEqualTo(max);
        }
    }

    @Test
    void costsNothingToBeRefused() {
        KeyedRateLimiter limiter = limiter(2, Duration.ofMinutes(1));
        assertAccepted(limiter, START);
        assertAccepted(limiter, START);
        for (int i = 0; i < 50; i++) {
            assertThat(refusal(limiter, START + i)).isEqualTo(START + MINUTE + MINUTE / 2);
        }
        assertThat(store.values).containsOnly(Map.entry(counter(CLIENT, START / MINUTE), 2L));
    }

    @Test
    void releasesAPermitAndLeavesNothing() {
        KeyedRateLimiter limiter = limiter(1, Duration.ofMinutes(1));
        KeyedRateLimiter.Permit permit = acquired(limiter, CLIENT, START);
        refusal(limiter, START);

        permit.release();

        assertThat(store.values).isEmpty();
        assertAccepted(limiter, START);
        refusal(limiter, START);
    }

    @Test
    void releasesAPermitInTheWindowWhereItWasAcquired() {
        KeyedRateLimiter limiter = limiter(1, Duration.ofMinutes(1));
        KeyedRateLimiter.Permit permit = acquired(limiter, CLIENT, START + MINUTE - 1);
        assertThat(refusal(limiter, START + MINUTE)).isEqualTo(START + 2 * MINUTE);
        permit.release();
        assertAccepted(limiter, START + MINUTE);
        assertThat(store.values).containsOnly(Map.entry(counter(CLIENT, START / MINUTE + 1), 1L));
    }

    @Test
    void looksAtTheWindowBeforeAndCountsInThisOne() {
        acquired(limiter(1, Duration.ofMinutes(1)), CLIENT, START + 1).release();
        String before = counter(CLIENT, START / MINUTE - 1);
        String current = counter(CLIENT, START / MINUTE);
        Duration ttl = Duration.ofMinutes(3);
        assertThat(store.calls)
                .containsExactly(new Call(before, 0, ttl), new Call(current, 1, ttl), new Call(current, -1, ttl));
    }

    @ParameterizedTest
    @CsvSource({"PT1S, PT1M2S", "PT1M, PT3M", "PT1H, PT2H1M", "P31D, PT1488H1M"})
    void keepsCountersForTwoWindowsAndAMinute(Duration window, Duration ttl) {
        KeyedRateLimiter limiter = limiter(1, window);
        assertAccepted(limiter, START);
        refusal(limiter, START);
        assertThat(store.calls).extracting(Call::ttl).containsOnly(ttl);
        assertThat(ttl).isLessThanOrEqualTo(PolicyLimits.MAX_LIFETIME);
    }

    @Test
    void staysExactForTheGreatestLimit() {
        KeyedRateLimiter limiter = limiter(1_000_000, Duration.ofDays(31));
        long window = Duration.ofDays(31).toMillis();
        long start = START / window * window;
        store.values.put(counter(CLIENT, start / window), 999_999L);
        assertAccepted(limiter, start);
        // A millionth of the window is 2678.4 ms.
        assertThat(refusal(limiter, start)).isEqualTo(start + window + 2_679);
        assertThat(refusal(limiter, start + window + 2_678)).isEqualTo(start + window + 2_679);
        assertAccepted(limiter, start + window + 2_679);
    }

    @Test
    void countsEachKeyAlone() {
        KeyedRateLimiter limiter = limiter(1, Duration.ofMinutes(1));
        acquired(limiter, "203.0.113.9", START);
        acquired(limiter, "203.0.113.8", START);
        refusal(limiter, START);
    }

    @Test
    void countsUnderEachNameAlone() {
        RateLimit once = RateLimit.of(1, Duration.ofMinutes(1));
        KeyedRateLimiter sends = new KeyedRateLimiter("send", once, store, DERIVATIONS);
        KeyedRateLimiter failures = new KeyedRateLimiter("failure", once, store, DERIVATIONS);
        assertAccepted(sends, START);
        assertAccepted(failures, START);
        refusal(sends, START);
    }

    @Test
    void worksBeforeTheEpoch() {
        KeyedRateLimiter limiter = limiter(1, Duration.ofMinutes(1));
        assertAccepted(limiter, -1);
        assertThat(refusal(limiter, -1)).isEqualTo(MINUTE);
        assertThat(refusal(limiter, 0)).isEqualTo(MINUTE);
        assertAccepted(limiter, MINUTE);
    }

    @Test
    void neverLetsMoreRacersThroughThanTheLimit() throws Exception {
        int threads = 24;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            for (int round = 0; round < 200; round++) {
                Counters counters = new Counters();
                int max = 1 + round % 30;
                KeyedRateLimiter limiter = limiter(max, Duration.ofMinutes(1), counters);
                CountDownLatch start = new CountDownLatch(1);
                List<Future<Boolean>> racers = new ArrayList<>();
                for (int i = 0; i < threads; i++) {
                    racers.add(pool.submit(() -> {
                        start.await();
                        return limiter.tryAcquire(CLIENT, START, KeyedRateLimiterTest::rethrow)
                                instanceof KeyedRateLimiter.Permit;
                    }));
                }
                start.countDown();
                long accepted = 0;
                for (Future<Boolean> racer : racers) {
                    accepted += racer.get(10, TimeUnit.SECONDS) ? 1 : 0;
                }
                assertThat(accepted).isLessThanOrEqualTo(max).isLessThanOrEqualTo(threads);
                assertThat(counters.values).containsOnly(Map.entry(counter(CLIENT, START / MINUTE), accepted));
                if (max >= threads) {
                    assertThat(accepted).isEqualTo(threads);
                }
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private KeyedRateLimiter limiter(int max, Duration window) {
        return limiter(max, window, store);
    }

    private static KeyedRateLimiter limiter(int max, Duration window, OtpStore store) {
        return new KeyedRateLimiter("send", RateLimit.of(max, window), store, DERIVATIONS);
    }

    private static KeyedRateLimiter.Permit acquired(KeyedRateLimiter limiter, @Nullable String key, long now) {
        KeyedRateLimiter.Acquisition acquisition = limiter.tryAcquire(key, now, KeyedRateLimiterTest::rethrow);
        assertThat(acquisition).as("at %d", now).isInstanceOf(KeyedRateLimiter.Permit.class);
        return (KeyedRateLimiter.Permit) acquisition;
    }

    private static void rethrow(RuntimeException notReleased) {
        throw notReleased;
    }

    private static void assertAccepted(KeyedRateLimiter limiter, long now) {
        acquired(limiter, CLIENT, now);
    }

    private static long refusal(KeyedRateLimiter limiter, long now) {
        KeyedRateLimiter.Acquisition acquisition = limiter.tryAcquire(CLIENT, now, KeyedRateLimiterTest::rethrow);
        assertThat(acquisition).as("at %d", now).isInstanceOf(KeyedRateLimiter.Refused.class);
        return ((KeyedRateLimiter.Refused) acquisition).retryAfter().toEpochMilli();
    }

    private static String counter(String client, long window) {
        return DERIVATIONS.counter("send", client, window);
    }

    private record Call(String counter, long delta, Duration ttl) {}

    /** A store of counters without expiry. */
    private static final class Counters implements OtpStore {
        final Map<String, Long> values = new ConcurrentHashMap<>();
        final List<Call> calls = Collections.synchronizedList(new ArrayList<>());

        @Override
        public long increment(String counter, long delta, Duration ttl) {
            calls.add(new Call(counter, delta, ttl));
            Long value = values.compute(counter, (name, current) -> {
                long sum = (current == null ? 0 : current) + delta;
                return sum > 0 ? sum : null;
            });
            return value == null ? 0 : value;
        }

        @Override
        public @Nullable StoredRecord get(String key) {
            throw new AssertionError("a limit needs no record");
        }

        @Override
        public @Nullable StoredRecord compareAndExchange(
                String key, @Nullable StoredRecord expected, @Nullable StoredRecord update, Duration ttl) {
            throw new AssertionError("a limit needs no record");
        }
    }
}
