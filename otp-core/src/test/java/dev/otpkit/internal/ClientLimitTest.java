package dev.otpkit.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.RateLimit;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.spi.StoredRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
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

class ClientLimitTest {
    private static final String CLIENT = "203.0.113.9";
    private static final Derivations DERIVATIONS = new Derivations(new byte[32], "");
    private static final long MINUTE = 60_000;

    /** The beginning of a window of a minute. */
    private static final long START = 28_333_333 * MINUTE;

    private final Counters store = new Counters();

    @Test
    void holdsNobodyToNoLimit() {
        assertThat(ClientLimit.take(null, CLIENT, START)).isEmpty();
        assertThat(ClientLimit.take(null, null, START)).isEmpty();
    }

    @Test
    void holdsNoClientToALimit() {
        assertThat(ClientLimit.take(limit(1, Duration.ofMinutes(1)), null, START))
                .isEmpty();
        assertThat(store.calls).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 20})
    void letsExactlySoManyThroughWithinOneWindow(int max) {
        ClientLimit limit = limit(max, Duration.ofMinutes(1));
        for (int i = 0; i < max; i++) {
            assertAccepted(limit, START + i);
        }
        for (int i = 0; i < 3; i++) {
            assertThat(refusal(limit, START + MINUTE - 1)).isGreaterThan(START + MINUTE - 1);
        }
    }

    /** With 4 of 4 taken in the window before, one place is free when a quarter of it has left the sliding window. */
    @Test
    void countsThePartOfTheWindowBeforeThatItStillCovers() {
        ClientLimit limit = limit(4, Duration.ofMinutes(1));
        for (int i = 0; i < 4; i++) {
            assertAccepted(limit, START);
        }
        long next = START + MINUTE;
        assertThat(refusal(limit, START + MINUTE - 1)).isEqualTo(next + 15_000);
        assertThat(refusal(limit, next)).isEqualTo(next + 15_000);
        assertThat(refusal(limit, next + 14_999)).isEqualTo(next + 15_000);
        assertAccepted(limit, next + 15_000);
        assertThat(refusal(limit, next + 15_000)).isEqualTo(next + 30_000);
        assertThat(refusal(limit, next + 29_999)).isEqualTo(next + 30_000);
        assertAccepted(limit, next + 30_000);
        assertAccepted(limit, next + 45_000);
        assertThat(refusal(limit, next + 45_000)).isEqualTo(next + 60_000);
        assertAccepted(limit, next + 60_000);
    }

    @Test
    void forgetsTheWindowBeforeTheLast() {
        ClientLimit limit = limit(4, Duration.ofMinutes(1));
        for (int i = 0; i < 4; i++) {
            assertAccepted(limit, START + MINUTE - 1);
        }
        for (int i = 0; i < 4; i++) {
            assertAccepted(limit, START + 2 * MINUTE);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 120000", "2, 90000", "3, 80000", "7, 68572", "20, 63000"})
    void namesTheMomentAfterAFullWindowRoundedUp(int max, long sinceStart) {
        ClientLimit limit = limit(max, Duration.ofMinutes(1));
        for (int i = 0; i < max; i++) {
            assertAccepted(limit, START);
        }
        assertThat(refusal(limit, START)).isEqualTo(START + sinceStart);
        assertThat(refusal(limit, START + sinceStart - 1)).isEqualTo(START + sinceStart);
        assertAccepted(limit, START + sinceStart);
    }

    @Test
    void namesExactlyTheMomentWhenThereIsAPlace() {
        Random random = new Random(7);
        int refusals = 0;
        for (int round = 0; round < 400; round++) {
            int max = 1 + random.nextInt(20);
            long window = 1_000L + random.nextInt(3_599_001);
            ClientLimit limit = limit(max, Duration.ofMillis(window), new Counters());
            long now = START + random.nextInt(3_600_000);
            for (int i = 0; i < 60; i++) {
                now += random.nextInt((int) (2 * window / max) + 1);
                OptionalLong retryAfter = take(limit, now).retryAfter();
                if (retryAfter.isPresent()) {
                    refusals++;
                    long moment = retryAfter.getAsLong();
                    assertThat(moment).isGreaterThan(now).isLessThanOrEqualTo(now + 2 * window);
                    if (moment - 1 > now) {
                        assertThat(refusal(limit, moment - 1)).isEqualTo(moment);
                    }
                    assertAccepted(limit, moment);
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
            ClientLimit limit = limit(max, Duration.ofMinutes(1), new Counters());
            int[] accepted = new int[20];
            for (long now = START; now < START + 20 * MINUTE; now += random.nextInt(4_000)) {
                if (take(limit, now).retryAfter().isEmpty()) {
                    accepted[(int) ((now - START) / MINUTE)]++;
                }
            }
            assertThat(Arrays.stream(accepted).max().orElseThrow()).isLessThanOrEqualTo(max);
        }
    }

    @Test
    void costsNothingToBeRefused() {
        ClientLimit limit = limit(2, Duration.ofMinutes(1));
        assertAccepted(limit, START);
        assertAccepted(limit, START);
        for (int i = 0; i < 50; i++) {
            assertThat(refusal(limit, START + i)).isEqualTo(START + MINUTE + MINUTE / 2);
        }
        assertThat(store.values).containsOnly(Map.entry(counter(CLIENT, START / MINUTE), 2L));
    }

    @Test
    void takesAPlaceBack() {
        ClientLimit limit = limit(1, Duration.ofMinutes(1));
        ClientLimit.Place place = take(limit, START);
        assertThat(place.retryAfter()).isEmpty();
        assertThat(take(limit, START).retryAfter()).isPresent();

        place.giveBack();

        assertThat(store.values.get(counter(CLIENT, START / MINUTE))).isZero();
        assertAccepted(limit, START);
        assertThat(take(limit, START).retryAfter()).isPresent();
    }

    @Test
    void takesAPlaceBackInTheWindowWhereItWasTaken() {
        ClientLimit limit = limit(1, Duration.ofMinutes(1));
        ClientLimit.Place place = take(limit, START + MINUTE - 1);
        assertThat(refusal(limit, START + MINUTE)).isEqualTo(START + 2 * MINUTE);
        place.giveBack();
        assertAccepted(limit, START + MINUTE);
        assertThat(store.values)
                .containsOnly(
                        Map.entry(counter(CLIENT, START / MINUTE), 0L),
                        Map.entry(counter(CLIENT, START / MINUTE + 1), 1L));
    }

    @Test
    void looksAtTheWindowBeforeAndCountsInThisOne() {
        take(limit(1, Duration.ofMinutes(1)), START + 1).giveBack();
        String before = counter(CLIENT, START / MINUTE - 1);
        String current = counter(CLIENT, START / MINUTE);
        Duration ttl = Duration.ofMinutes(3);
        assertThat(store.calls)
                .containsExactly(new Call(before, 0, ttl), new Call(current, 1, ttl), new Call(current, -1, ttl));
    }

    @ParameterizedTest
    @CsvSource({"PT1S, PT1M2S", "PT1M, PT3M", "PT1H, PT2H1M", "P31D, PT1488H1M"})
    void keepsCountersForTwoWindowsAndAMinute(Duration window, Duration ttl) {
        ClientLimit limit = limit(1, window);
        take(limit, START);
        take(limit, START);
        assertThat(store.calls).extracting(Call::ttl).containsOnly(ttl);
        assertThat(ttl).isLessThanOrEqualTo(Duration.ofDays(63));
    }

    @Test
    void staysExactForTheGreatestLimit() {
        ClientLimit limit = limit(1_000_000, Duration.ofDays(31));
        long window = Duration.ofDays(31).toMillis();
        long start = START / window * window;
        store.values.put(counter(CLIENT, start / window), 999_999L);
        assertAccepted(limit, start);
        // A millionth of the window is 2678.4 ms.
        assertThat(refusal(limit, start)).isEqualTo(start + window + 2_679);
        assertThat(refusal(limit, start + window + 2_678)).isEqualTo(start + window + 2_679);
        assertAccepted(limit, start + window + 2_679);
    }

    @Test
    void countsEachClientAloneAndEachSpellingOfItTogether() {
        ClientLimit limit = limit(1, Duration.ofMinutes(1));
        assertThat(take(limit, "2001:db8::1", START).retryAfter()).isEmpty();
        assertThat(take(limit, "2001:DB8:0:0:1::", START).retryAfter()).isPresent();
        assertThat(take(limit, "2001:db8:0:1::1", START).retryAfter()).isEmpty();
        assertThat(take(limit, "203.0.113.9", START).retryAfter()).isEmpty();
        assertThat(take(limit, "::ffff:203.0.113.9", START).retryAfter()).isPresent();
        assertThat(take(limit, "203.0.113.8", START).retryAfter()).isEmpty();
    }

    @Test
    void countsUnderEachNameAlone() {
        RateLimit once = RateLimit.of(1, Duration.ofMinutes(1));
        ClientLimit sends = new ClientLimit("send", once, store, DERIVATIONS);
        ClientLimit failures = new ClientLimit("failure", once, store, DERIVATIONS);
        assertAccepted(sends, START);
        assertAccepted(failures, START);
        assertThat(take(sends, START).retryAfter()).isPresent();
    }

    @Test
    void worksBeforeTheEpoch() {
        ClientLimit limit = limit(1, Duration.ofMinutes(1));
        assertAccepted(limit, -1);
        assertThat(refusal(limit, -1)).isEqualTo(MINUTE);
        assertThat(refusal(limit, 0)).isEqualTo(MINUTE);
        assertAccepted(limit, MINUTE);
    }

    @Test
    void neverLetsMoreRacersThroughThanTheLimit() throws Exception {
        int threads = 24;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            for (int round = 0; round < 200; round++) {
                Counters counters = new Counters();
                int max = 1 + round % 30;
                ClientLimit limit = limit(max, Duration.ofMinutes(1), counters);
                CountDownLatch start = new CountDownLatch(1);
                List<Future<Boolean>> racers = new ArrayList<>();
                for (int i = 0; i < threads; i++) {
                    racers.add(pool.submit(() -> {
                        start.await();
                        return take(limit, START).retryAfter().isEmpty();
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

    private ClientLimit limit(int max, Duration window) {
        return limit(max, window, store);
    }

    private static ClientLimit limit(int max, Duration window, OtpStore store) {
        return new ClientLimit("send", RateLimit.of(max, window), store, DERIVATIONS);
    }

    private static ClientLimit.Place take(ClientLimit limit, long now) {
        return take(limit, CLIENT, now);
    }

    private static ClientLimit.Place take(ClientLimit limit, String client, long now) {
        return ClientLimit.take(limit, client, now).orElseThrow();
    }

    private static void assertAccepted(ClientLimit limit, long now) {
        assertThat(take(limit, now).retryAfter()).as("at %d", now).isEmpty();
    }

    private static long refusal(ClientLimit limit, long now) {
        return take(limit, now).retryAfter().orElseThrow();
    }

    private static String counter(String client, long window) {
        return DERIVATIONS.clientCounter("send", client, window);
    }

    private record Call(String counter, long delta, Duration ttl) {}

    /** A store that counts and never forgets. */
    private static final class Counters implements OtpStore {
        final Map<String, Long> values = new ConcurrentHashMap<>();
        final List<Call> calls = Collections.synchronizedList(new ArrayList<>());

        @Override
        public long increment(String counter, long delta, Duration ttl) {
            calls.add(new Call(counter, delta, ttl));
            // A read makes no entry, so that the entries are what was counted.
            return delta == 0 ? values.getOrDefault(counter, 0L) : values.merge(counter, delta, Long::sum);
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
