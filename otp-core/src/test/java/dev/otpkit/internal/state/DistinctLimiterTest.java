package dev.otpkit.internal.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.RateLimit;
import dev.otpkit.internal.crypto.KeyDerivation;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.spi.StoredRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DistinctLimiterTest {
    private static final KeyDerivation DERIVATIONS = new KeyDerivation(new byte[32], "");
    private static final long HOUR = 3_600_000;
    private static final long START = 500_000 * HOUR;

    private final Counters store = new Counters();
    private final DistinctLimiter limiter = limiter(3, store);

    @Test
    void admitsSoManyValuesAndEachOfThemAnyNumberOfTimes() {
        for (int i = 0; i < 3; i++) {
            assertThat(admitted("client", "SA", "AE", "GB")).containsOnly(true);
        }
        assertThat(admitted("client", "DE", "SA", "FR")).containsExactly(false, true, false);
        assertThat(admitted("other", "DE")).containsOnly(true);
    }

    @Test
    void namesTheCountTheLimitAndTheStartOfTheNextWindow() {
        admitted("client", "SA", "AE", "GB");

        assertThat(limiter.refusal("client", "DE", START + HOUR - 1))
                .contains(new DistinctLimiter.Refused(
                        4, RateLimit.of(3, Duration.ofHours(1)), Instant.ofEpochMilli(START + HOUR)));
        assertThat(limiter.refusal("client", "DE", START + HOUR)).isEmpty();
    }

    @Test
    void aRefusedValueLeavesNothing() {
        admitted("client", "SA", "AE", "GB");
        Map<String, Long> before = Map.copyOf(store.values);

        admitted("client", "DE", "FR");

        assertThat(store.values).isEqualTo(before).hasSize(4);
    }

    @Test
    void keepsItsCountersForOneWindowAndAMinute() {
        admitted("client", "SA");

        assertThat(store.lifetimes).containsOnly(Duration.ofMinutes(61));
    }

    @Test
    void neverAdmitsMoreValuesOfRacersThanTheLimit() throws Exception {
        int threads = 24;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            for (int round = 0; round < 300; round++) {
                Counters counters = new Counters();
                DistinctLimiter raced = limiter(3, counters);
                CyclicBarrier start = new CyclicBarrier(threads);
                Set<String> admitted = ConcurrentHashMap.newKeySet();
                List<Future<?>> racers = new ArrayList<>();
                for (int i = 0; i < threads; i++) {
                    String value = "C" + (i + round) % 7;
                    racers.add(pool.submit(() -> {
                        start.await(10, TimeUnit.SECONDS);
                        for (int again = 0; again < 2; again++) {
                            if (raced.refusal("client", value, START).isEmpty()) {
                                admitted.add(value);
                            }
                        }
                        return null;
                    }));
                }
                for (Future<?> racer : racers) {
                    racer.get(10, TimeUnit.SECONDS);
                }
                assertThat(admitted).as("round %d", round).hasSizeLessThanOrEqualTo(3);
                assertThat(counters.values.get(DERIVATIONS.counter("countries", "client", START / HOUR)))
                        .as("values that are counted")
                        .isEqualTo(admitted.isEmpty() ? null : (long) admitted.size());
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private List<Boolean> admitted(String key, String... values) {
        return List.of(values).stream()
                .map(value -> limiter.refusal(key, value, START).isEmpty())
                .toList();
    }

    private static DistinctLimiter limiter(int max, OtpStore store) {
        return new DistinctLimiter("countries", RateLimit.of(max, Duration.ofHours(1)), store, DERIVATIONS);
    }

    /** A store of counters without expiry. */
    private static final class Counters implements OtpStore {
        final Map<String, Long> values = new ConcurrentHashMap<>();
        final Set<Duration> lifetimes = ConcurrentHashMap.newKeySet();

        @Override
        public long increment(String counter, long delta, Duration ttl) {
            lifetimes.add(ttl);
            // Lets another racer in between two requests, as a network does.
            LockSupport.parkNanos(10_000);
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
