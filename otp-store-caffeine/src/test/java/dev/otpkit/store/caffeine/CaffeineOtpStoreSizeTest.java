package dev.otpkit.store.caffeine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpRequest;
import dev.otpkit.OtpStoreFullException;
import dev.otpkit.RateLimit;
import dev.otpkit.VerifyRequest;
import dev.otpkit.spi.StoredRecord;
import dev.otpkit.testkit.RecordingChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CaffeineOtpStoreSizeTest {
    private static final Duration TTL = Duration.ofMinutes(10);
    private static final Duration GRANULARITY = Duration.ofSeconds(2);
    private static final StoredRecord A = StoredRecord.of(new byte[] {1});
    private static final StoredRecord B = StoredRecord.of(new byte[] {2});

    private final AtomicLong nanos = new AtomicLong();
    private final CaffeineOtpStore store = storeOf(3);

    @Test
    void refusesANewRecipientWhenItIsFull() {
        fillWithRecords();

        assertThatExceptionOfType(OtpStoreFullException.class)
                .isThrownBy(() -> store.compareAndExchange("new", null, A, TTL))
                .withMessageContaining("3 recipients")
                .withMessageContaining("maximumSize");
        assertThat(store.get("new")).isNull();
    }

    @Test
    void servesThoseItKnowsWhenItIsFull() {
        fillWithRecords();

        assertThat(store.get("key-0")).isEqualTo(A);
        assertThat(store.compareAndExchange("key-0", null, B, TTL)).isEqualTo(A);
        assertThat(store.compareAndExchange("key-0", A, B, TTL)).isEqualTo(A);
        assertThat(store.compareAndExchange("key-0", B, A, TTL)).isEqualTo(B);
        assertThat(store.get("new")).isNull();
        assertThat(store.compareAndExchange("new", A, B, TTL)).isNull();
        assertThat(store.compareAndExchange("new", null, null, TTL)).isNull();
        assertThat(store.get("key-1")).isEqualTo(A);
        assertThat(store.get("key-2")).isEqualTo(A);
    }

    @Test
    void takesANewRecipientWhenAnotherIsRemoved() {
        fillWithRecords();
        store.compareAndExchange("key-1", A, null, TTL);

        assertThat(store.compareAndExchange("new", null, B, TTL)).isNull();

        assertThat(store.get("new")).isEqualTo(B);
        assertFull();
    }

    @Test
    void takesNewRecipientsWhenOthersHaveExpired() {
        fillWithRecords();
        nanos.addAndGet(TTL.minusNanos(1).toNanos());
        assertFull();

        nanos.addAndGet(GRANULARITY.toNanos());

        assertThat(store.compareAndExchange("new-0", null, B, TTL)).isNull();
        assertThat(store.compareAndExchange("new-1", null, B, TTL)).isNull();
        assertThat(store.compareAndExchange("new-2", null, B, TTL)).isNull();
        assertFull();
    }

    @Test
    void refusesANewCounterWhenItIsFullAndServesThoseItKnows() {
        fillWithCounters();

        assertThatExceptionOfType(OtpStoreFullException.class)
                .isThrownBy(() -> store.increment("new", 1, TTL))
                .withMessageContaining("3 client counters")
                .withMessageContaining("maximumSize");
        assertThat(store.increment("counter-0", 1, TTL)).isEqualTo(2);
        assertThat(store.increment("counter-0", 0, TTL)).isEqualTo(2);
        assertThat(store.increment("counter-0", -1, TTL)).isEqualTo(1);
        assertThat(store.increment("new", 0, TTL)).isZero();
        assertThat(store.increment("new", -1, TTL)).isZero();
        assertThat(counters()).isEqualTo(3);
    }

    @Test
    void takesANewCounterWhenAnotherIsBackAtZeroOrHasExpired() {
        fillWithCounters();

        assertThat(store.increment("counter-1", -1, TTL)).isZero();

        assertThat(store.increment("new", 1, TTL)).isEqualTo(1);
        assertThatExceptionOfType(OtpStoreFullException.class).isThrownBy(() -> store.increment("newer", 1, TTL));
        nanos.addAndGet(TTL.plus(GRANULARITY).toNanos());
        assertThat(store.increment("newer", 1, TTL)).isEqualTo(1);
    }

    @Test
    void keepsNoCounterOfAMillionLooksAndOfAMillionCountsThatAreTakenBack() {
        for (int i = 0; i < 1_000_000; i++) {
            String counter = "counter-" + i;
            assertZero(store.increment(counter, 0, TTL));
            store.increment(counter, 1, TTL);
            assertZero(store.increment(counter, -1, TTL));
        }

        assertThat(counters()).isZero();
    }

    @Test
    void givesNoPlaceToClientsWhoseCallsCountNothing() {
        CaffeineOtpStore small = storeOf(3);
        RecordingChannel channel = RecordingChannel.sms();
        OtpManager otp = OtpManager.builder()
                .store(small)
                .channel(channel)
                .clientSendLimit(RateLimit.of(10, Duration.ofHours(1)))
                .clientFailureLimit(RateLimit.of(10, Duration.ofHours(1)))
                .build();
        for (int i = 0; i < 100; i++) {
            VerifyRequest guess = VerifyRequest.of("+966501234568", "123456").clientAddress("198.51.100." + i);
            assertThat(otp.verify(guess).isVerified()).isFalse();
        }
        assertThat(small).asString().contains("counters=0");

        otp.send(OtpRequest.to("+966501234567").clientAddress("203.0.113.9"));
        VerifyRequest right =
                VerifyRequest.of("+966501234567", channel.lastCode()).clientAddress("203.0.113.9");
        assertThat(otp.verify(right).isVerified()).isTrue();
    }

    @Test
    void keepsPlacesForCountersWhenRecipientsFillIt() {
        fillWithRecords();

        assertThat(store.increment("new", 1, TTL)).isEqualTo(1);
    }

    @Test
    void keepsPlacesForRecipientsWhenCountersFillIt() {
        fillWithCounters();

        assertThat(store.compareAndExchange("new", null, A, TTL)).isNull();
        assertThat(store.get("new")).isEqualTo(A);
    }

    @Test
    void forgetsNothingWhenItIsFull() {
        CaffeineOtpStore large = storeOf(5_000);
        for (int i = 0; i < 5_000; i++) {
            large.compareAndExchange("key-" + i, null, A, TTL);
        }
        for (int i = 0; i < 5_000; i++) {
            String key = "new-" + i;
            assertThatExceptionOfType(OtpStoreFullException.class)
                    .isThrownBy(() -> large.compareAndExchange(key, null, A, TTL));
        }
        for (int i = 0; i < 5_000; i++) {
            assertThat(large.get("key-" + i)).as("key-%d", i).isEqualTo(A);
        }
    }

    @Test
    void exceedsItsSizeByNoMoreThanThoseWhoAddAtTheSameMoment() throws Exception {
        int threads = 8;
        CaffeineOtpStore small = storeOf(100);
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        List<Future<Integer>> added = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            String prefix = "thread-" + thread + "-";
            Callable<Integer> task = () -> {
                int count = 0;
                try {
                    for (int i = 0; i < 1000; i++) {
                        small.compareAndExchange(prefix + i, null, A, TTL);
                        count++;
                    }
                } catch (OtpStoreFullException e) {
                    return count;
                }
                return count;
            };
            added.add(executor.submit(task));
        }
        int total = 0;
        for (Future<Integer> each : added) {
            total += each.get();
        }
        executor.shutdown();

        assertThat(total).isBetween(100, 100 + threads);
    }

    @Test
    void letsAManagerSendNothingToANewRecipientWhenItIsFull() {
        RecordingChannel channel = RecordingChannel.sms();
        OtpManager otp = OtpManager.builder().store(storeOf(1)).channel(channel).build();
        otp.send("+966501234567");
        String code = channel.lastCode();

        assertThatExceptionOfType(OtpStoreFullException.class).isThrownBy(() -> otp.send("+966501234568"));

        assertThat(channel.messages()).hasSize(1);
        assertThat(otp.verify("+966501234567", code).isVerified()).isTrue();
    }

    @Test
    void expiresToTheNanosecond() {
        store.compareAndExchange("key", null, A, TTL);
        store.increment("counter", 1, TTL);
        nanos.addAndGet(TTL.toNanos() - 1);
        assertThat(store.get("key")).isEqualTo(A);
        assertThat(store.compareAndExchange("key", B, B, TTL)).isEqualTo(A);
        assertThat(store.increment("counter", 1, TTL)).isEqualTo(2);

        nanos.addAndGet(1);

        assertThat(store.get("key")).isNull();
        assertThat(store.increment("counter", 1, TTL)).isEqualTo(1);
    }

    @Test
    void measuresTheLongestLifetimeWhereTheTickerOverflows() {
        Duration longest = Duration.ofDays(401);
        for (long start : List.of(Long.MIN_VALUE, Long.MAX_VALUE - 1_000_000_000L, -1_000_000_000L, 0L)) {
            nanos.set(start);
            CaffeineOtpStore fresh = storeOf(3);
            fresh.compareAndExchange("key", null, A, longest);
            fresh.increment("counter", 1, longest);

            nanos.addAndGet(longest.toNanos() - 1);
            assertThat(fresh.get("key")).as("from %d", start).isEqualTo(A);
            assertThat(fresh.increment("counter", 1, longest))
                    .as("from %d", start)
                    .isEqualTo(2);
            nanos.addAndGet(1);
            assertThat(fresh.get("key")).as("from %d", start).isNull();
            assertThat(fresh.increment("counter", 1, longest))
                    .as("from %d", start)
                    .isEqualTo(1);
        }
    }

    @Test
    void refusesASizeOutOfRange() {
        for (long size : List.of(Long.MIN_VALUE, -1L, 0L, 1_000_000_001L)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> CaffeineOtpStore.builder().maximumSize(size))
                    .withMessage("maximumSize must be within [1, 1000000000], but was " + size);
        }
    }

    @Test
    void isSharedWithNoOtherProcess() {
        assertThat(store.isShared()).isFalse();
        assertThat(store).hasToString("CaffeineOtpStore[records=0, counters=0, maximumSize=3]");
    }

    private void fillWithRecords() {
        for (int i = 0; i < 3; i++) {
            assertThat(store.compareAndExchange("key-" + i, null, A, TTL)).isNull();
        }
    }

    private void fillWithCounters() {
        for (int i = 0; i < 3; i++) {
            assertThat(store.increment("counter-" + i, 1, TTL)).isEqualTo(1);
        }
    }

    private long counters() {
        return Long.parseLong(store.toString().replaceAll(".*counters=(\\d+).*", "$1"));
    }

    /** Replaces an assertion of AssertJ, which is too slow for a million entries. */
    private static void assertZero(long value) {
        if (value != 0) {
            throw new AssertionError("expected 0, but was " + value);
        }
    }

    private void assertFull() {
        assertThatExceptionOfType(OtpStoreFullException.class)
                .isThrownBy(() -> store.compareAndExchange("too-many", null, A, TTL));
    }

    private CaffeineOtpStore storeOf(long maximumSize) {
        return CaffeineOtpStore.builder()
                .maximumSize(maximumSize)
                .ticker(nanos::get)
                .build();
    }
}
