package dev.otpkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.otpkit.OtpStoreException;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.spi.StoredRecord;
import dev.otpkit.testkit.FaultyStore.Fault;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class FaultyStoreTest {
    private static final Duration TTL = Duration.ofMinutes(1);
    private static final StoredRecord A = StoredRecord.of(new byte[] {1});
    private static final StoredRecord B = StoredRecord.of(new byte[] {2});

    private final OtpStore behind = new MapOtpStore();
    private final FaultyStore store = FaultyStore.around(behind);

    @Test
    void isEmptyAndWorksAtFirst() {
        FaultyStore fresh = FaultyStore.create();

        assertThat(fresh.compareAndExchange("key", null, A, TTL)).isNull();
        assertThat(fresh.get("key")).isEqualTo(A);
        assertThat(fresh.isShared()).isFalse();
        assertThat(FaultyStore.create().get("key")).isNull();
    }

    @Test
    void doesNothingWhileItIsUnavailable() {
        store.compareAndExchange("key", null, A, TTL);
        store.failWith(Fault.UNAVAILABLE);

        fails(() -> store.get("key"), Fault.UNAVAILABLE);
        fails(() -> store.compareAndExchange("key", A, B, TTL), Fault.UNAVAILABLE);
        fails(() -> store.increment("counter", 1, TTL), Fault.UNAVAILABLE);
        fails(() -> store.increment("counter", 0, TTL), Fault.UNAVAILABLE);

        assertThat(behind.get("key")).isEqualTo(A);
        assertThat(behind.increment("counter", 0, TTL)).isZero();
        store.recover();
        assertThat(store.get("key")).isEqualTo(A);
    }

    @Test
    void readsButDoesNotWriteWhileItIsReadOnly() {
        store.compareAndExchange("key", null, A, TTL);
        store.increment("counter", 3, TTL);
        store.failWith(Fault.READ_ONLY);

        assertThat(store.get("key")).isEqualTo(A);
        assertThat(store.increment("counter", 0, TTL)).isEqualTo(3);
        fails(() -> store.compareAndExchange("key", A, B, TTL), Fault.READ_ONLY);
        fails(() -> store.increment("counter", 1, TTL), Fault.READ_ONLY);

        assertThat(behind.get("key")).isEqualTo(A);
        assertThat(behind.increment("counter", 0, TTL)).isEqualTo(3);
    }

    @Test
    void writesAndLosesTheReply() {
        store.failWith(Fault.REPLY_LOST);

        fails(() -> store.compareAndExchange("key", null, A, TTL), Fault.REPLY_LOST);
        fails(() -> store.increment("counter", 1, TTL), Fault.REPLY_LOST);

        assertThat(store.get("key")).isEqualTo(A);
        assertThat(store.increment("counter", 0, TTL)).isEqualTo(1);
    }

    @Test
    void failsAsOftenAsItWasAskedToAndThenNoMore() {
        store.failNext(Fault.REPLY_LOST, 2);

        assertThat(store.get("key")).as("a read, which is not counted").isNull();
        fails(() -> store.compareAndExchange("key", null, A, TTL), Fault.REPLY_LOST);
        fails(() -> store.compareAndExchange("key", A, B, TTL), Fault.REPLY_LOST);
        assertThat(store.compareAndExchange("key", B, A, TTL)).isEqualTo(B);

        store.failWith(Fault.UNAVAILABLE);
        store.failNext(Fault.READ_ONLY);
        fails(() -> store.increment("counter", 1, TTL), Fault.READ_ONLY);
        fails(() -> store.get("key"), Fault.UNAVAILABLE);
        store.failNext(Fault.UNAVAILABLE, 5);
        store.recover();
        assertThat(store.get("key")).isEqualTo(A);
    }

    @Test
    void losesNoFaultToThreadsThatCallAtOnce() throws Exception {
        int threads = 8;
        int faults = threads * 2000;
        store.failNext(Fault.UNAVAILABLE, faults);
        try (Race race = new Race(threads)) {
            List<Integer> failures = race.run(thread -> () -> {
                int failed = 0;
                for (int i = 0; i < 4000; i++) {
                    try {
                        store.get("key");
                    } catch (OtpStoreException e) {
                        failed++;
                    }
                }
                return failed;
            });
            assertThat(failures.stream().mapToInt(Integer::intValue).sum()).isEqualTo(faults);
        }
        assertThat(store.calls()).isEqualTo(threads * 4000);
    }

    @Test
    void refusesWhatIsNoFault() {
        assertThatIllegalArgumentException().isThrownBy(() -> store.failNext(Fault.NONE));
        assertThatIllegalArgumentException().isThrownBy(() -> store.failNext(Fault.REPLY_LOST, 0));
    }

    @Test
    void isWhatItStandsBefore() {
        assertThat(store.isShared()).isFalse();
        assertThat(FaultyStore.around(new OtpStoreContractBitesTest.SaneStore() {
                            @Override
                            public boolean isShared() {
                                return true;
                            }
                        })
                        .isShared())
                .isTrue();
        store.failNext(Fault.REPLY_LOST);
        assertThat(store).hasToString("FaultyStore[fault=REPLY_LOST, calls=0]");
    }

    private static void fails(ThrowingCallable call, Fault fault) {
        assertThatExceptionOfType(OtpStoreException.class)
                .isThrownBy(call)
                .withMessage("the test made the store fail: " + fault);
    }
}
