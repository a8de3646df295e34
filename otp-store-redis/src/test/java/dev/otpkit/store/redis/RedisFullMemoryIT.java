package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpRequest;
import dev.otpkit.OtpSecret;
import dev.otpkit.OtpStoreException;
import dev.otpkit.OtpStoreFullException;
import dev.otpkit.SendResult;
import dev.otpkit.VerifyRequest;
import dev.otpkit.VerifyResult;
import dev.otpkit.testkit.MutableClock;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checks docs/production.md on a server whose memory is full. */
class RedisFullMemoryIT {
    private static final String FILLER = "filler";
    private static final String PENDING = "pending@example.com";
    private static final String LOCKED = "locked@example.com";
    private static final String EXHAUSTED = "exhausted@example.com";
    private static final String EXPIRED = "expired@example.com";
    private static final String UNKNOWN = "unknown@example.com";

    private RedisServer server;
    private ManagerNodes nodes;

    @BeforeEach
    void connect() {
        server = RedisServer.start("--maxmemory", "4mb", "--maxmemory-policy", "noeviction");
        nodes = new ManagerNodes(RedisOtpStore.builder().uri(server.uri()));
    }

    @AfterEach
    void disconnect() {
        nodes.close();
        server.close();
    }

    @Test
    void aStoreReadsLooksAndRemovesAndRefusesEveryOtherChange() {
        try (RedisOtpStore store = FailureFixture.builder(server.uri()).build()) {
            FailureFixture.write(store);
            store.increment("two", 2, FailureFixture.TTL);
            store.increment("one", 1, FailureFixture.TTL);
            fill();

            assertThat(store.get(FailureFixture.KEPT)).isEqualTo(FailureFixture.record(""));
            assertThat(store.compareAndExchange(
                            FailureFixture.KEPT, null, FailureFixture.record("2"), FailureFixture.TTL))
                    .as("an exchange that is lost changes nothing")
                    .isEqualTo(FailureFixture.record(""));
            assertThat(store.increment("two", 0, FailureFixture.TTL)).isEqualTo(2);
            assertThat(store.increment("none", 0, FailureFixture.TTL)).isZero();
            assertThat(store.increment("none", -1, FailureFixture.TTL)).isZero();
            assertThat(List.<ThrowingCallable>of(
                            () -> store.compareAndExchange("new", null, FailureFixture.record(""), FailureFixture.TTL),
                            () -> store.compareAndExchange(
                                    FailureFixture.KEPT,
                                    FailureFixture.record(""),
                                    FailureFixture.record("2"),
                                    FailureFixture.TTL),
                            () -> store.increment("none", 1, FailureFixture.TTL),
                            () -> store.increment("two", 1, FailureFixture.TTL),
                            () -> store.increment("two", -1, FailureFixture.TTL)))
                    .allSatisfy(change -> assertThatThrownBy(change)
                            .isInstanceOf(OtpStoreException.class)
                            .isNotInstanceOf(OtpStoreFullException.class)
                            .hasMessageContaining("OOM")
                            .hasMessageContaining("raise maxmemory"));
            assertThat(store.increment("one", -1, FailureFixture.TTL)).isZero();
            assertThat(store.compareAndExchange(
                            FailureFixture.KEPT, FailureFixture.record(""), null, FailureFixture.TTL))
                    .isEqualTo(FailureFixture.record(""));
            assertThat(store.get(FailureFixture.KEPT)).isNull();

            server.commands().del(FILLER);
            assertThat(store.increment("two", 1, FailureFixture.TTL)).isEqualTo(3);
            assertThat(store.increment("one", 1, FailureFixture.TTL)).isOne();
        }
    }

    @Test
    void aManagerAnswersWhatChangesNothingAndAcceptsAndSendsNothing() {
        MutableClock clock = MutableClock.create();
        OtpManager otp = nodes.node(OtpSecret.random(), clock);
        otp.send(EXPIRED);
        clock.advance(Duration.ofMinutes(6));
        guessFiveTimes(otp, EXHAUSTED, "default");
        guessFiveTimes(otp, LOCKED, "default");
        guessFiveTimes(otp, LOCKED, "another");
        otp.send(PENDING);
        String code = nodes.email().lastCode();
        String wrong = code.equals("000000") ? "111111" : "000000";
        nodes.email().clear();
        fill();

        assertThat(List.<ThrowingCallable>of(
                        () -> otp.send(UNKNOWN),
                        () -> otp.send(OtpRequest.to(PENDING).purpose("another")),
                        () -> otp.verify(PENDING, code),
                        () -> otp.verify(PENDING, wrong),
                        () -> otp.cancel(PENDING, "default"),
                        () -> otp.unlock(LOCKED)))
                .allSatisfy(change -> assertThatExceptionOfType(OtpStoreException.class)
                        .isThrownBy(change)
                        .withMessageContaining("OOM"));
        assertThat(nodes.email().messages()).isEmpty();
        assertThat(otp.send(PENDING))
                .isInstanceOfSatisfying(
                        SendResult.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(SendResult.Refused.Reason.RESEND_TOO_SOON));
        assertThat(reason(otp, UNKNOWN)).isEqualTo(VerifyResult.Rejected.Reason.NO_PENDING_CODE);
        assertThat(reason(otp, EXPIRED)).isEqualTo(VerifyResult.Rejected.Reason.EXPIRED);
        assertThat(reason(otp, EXHAUSTED)).isEqualTo(VerifyResult.Rejected.Reason.TOO_MANY_ATTEMPTS);
        assertThat(reason(otp, LOCKED)).isEqualTo(VerifyResult.Rejected.Reason.LOCKED);
        otp.cancel(UNKNOWN, "default");
        otp.unlock(UNKNOWN);
        assertThat(otp.status(LOCKED, "default").lockedUntil()).isPresent();
        otp.forget(LOCKED);
        assertThat(otp.status(LOCKED, "default").lockedUntil()).isEmpty();

        server.commands().del(FILLER);
        assertThat(otp.verify(PENDING, wrong))
                .as("attempts that were refused while memory was full do not count")
                .isInstanceOfSatisfying(
                        VerifyResult.Rejected.class,
                        rejected -> assertThat(rejected.attemptsLeft()).hasValue(4));
        assertThat(otp.verify(PENDING, code).isVerified()).isTrue();
    }

    private void guessFiveTimes(OtpManager otp, String address, String purpose) {
        otp.send(OtpRequest.to(address).purpose(purpose));
        String wrong = nodes.email().lastCode().equals("000000") ? "111111" : "000000";
        for (int guess = 0; guess < 5; guess++) {
            otp.verify(VerifyRequest.of(address, wrong).purpose(purpose));
        }
    }

    private static VerifyResult.Rejected.Reason reason(OtpManager otp, String address) {
        return ((VerifyResult.Rejected) otp.verify(address, "123456")).reason();
    }

    /** Uses more memory than the server permits: Redis checks its memory before a command, not during it. */
    private void fill() {
        server.commands().setrange(FILLER, 5_000_000, "x");
    }
}
