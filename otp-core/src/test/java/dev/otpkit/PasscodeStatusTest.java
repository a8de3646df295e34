package dev.otpkit;

import static dev.otpkit.ManagerFixture.PHONE;
import static dev.otpkit.ManagerFixture.START;
import static dev.otpkit.ManagerFixture.wrong;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otpkit.internal.rules.RecipientState;
import dev.otpkit.internal.rules.RecipientState.Standing;
import dev.otpkit.internal.state.StateCodec;
import dev.otpkit.spi.DeliveryFailure.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class PasscodeStatusTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration WINDOW = Duration.ofMinutes(10);
    private static final Duration LOCK = Duration.ofHours(1);

    private final ManagerFixture fixture = new ManagerFixture();
    private final OtpManager otp = fixture.builder().policy(policy()).build();

    private static OtpPolicy policy() {
        return OtpPolicy.builder()
                .sendLimits(RateLimit.of(3, WINDOW))
                .failureLimit(RateLimit.of(4, LOCK))
                .build();
    }

    private PasscodeStatus status() {
        return otp.status(PHONE, "default");
    }

    @Test
    void ofARecipientOfWhomNothingIsKnownAllowsEverything() {
        PasscodeStatus status = otp.status("0501234567", "login");

        assertThat(status.recipient()).isEqualTo(new PhoneNumber(PHONE));
        assertThat(status.purpose()).isEqualTo("login");
        assertThat(status.at()).isEqualTo(START);
        assertThat(status.isPending()).isFalse();
        assertThat(status.expiresAt()).isEmpty();
        assertThat(status.attemptsLeft()).isEmpty();
        assertThat(status.sendsLeft()).isEqualTo(3);
        assertThat(status.resendAfter()).isEmpty();
        assertThat(status.lockedUntil()).isEmpty();
        assertThat(status.nextSendAt()).isEqualTo(START);
        assertThat(status.optedOut()).isEmpty();
        assertThat(fixture.store.calls).hasValue(1);
        assertThat(fixture.store.records).isEmpty();
    }

    @Test
    void hasTheMomentsOfTheSend() {
        SendResult.Sent sent = (SendResult.Sent) otp.send(PHONE);
        fixture.clock.advance(Duration.ofSeconds(6));

        PasscodeStatus status = status();

        assertThat(status.at()).isEqualTo(START.plusSeconds(6));
        assertThat(status.isPending()).isTrue();
        assertThat(status.expiresAt()).contains(sent.expiresAt());
        assertThat(status.attemptsLeft())
                .as("the smaller one is the budget until a lock")
                .hasValue(4);
        assertThat(status.sendsLeft()).isEqualTo(2);
        assertThat(status.resendAfter()).contains(sent.resendAfter());
        assertThat(status.nextSendAt()).isEqualTo(sent.resendAfter());
        assertThat(Duration.between(status.at(), status.nextSendAt())).hasSeconds(24);
    }

    @Test
    void hasAMomentToTheMillisecondAtWhichASendIsAllowed() {
        fixture.clock.advance(Duration.ofMillis(1));
        for (int i = 0; i < 8; i++) {
            otp.send(PHONE);
            otp.verify(PHONE, wrong(fixture.sms.lastCode()));
            Instant next = status().nextSendAt();
            assertThat(next).isAfter(fixture.clock.instant());

            fixture.clock.set(next.minusMillis(1));
            assertThat(otp.send(PHONE)).as("send %s", i).isInstanceOf(SendResult.Refused.class);
            assertThat(status().nextSendAt()).isEqualTo(next);
            fixture.clock.set(next);
            assertThat(status().nextSendAt()).isEqualTo(next);
            assertThat(status().resendAfter()).isEmpty();
        }
    }

    @Test
    void followsGuessesUntilTheLockAndThroughIt() {
        otp.send(PHONE);
        for (int left = 4; left > 0; left--) {
            assertThat(status().attemptsLeft()).hasValue(left);
            VerifyResult.Rejected rejected = (VerifyResult.Rejected) otp.verify(PHONE, wrong(fixture.sms.lastCode()));
            assertThat(rejected.attemptsLeft()).hasValue(left - 1);
        }

        PasscodeStatus locked = status();
        VerifyResult.Rejected rejected = (VerifyResult.Rejected) otp.verify(PHONE, fixture.sms.lastCode());
        assertThat(rejected.reason()).isEqualTo(VerifyResult.Rejected.Reason.LOCKED);
        assertThat(locked.lockedUntil()).isEqualTo(rejected.retryAfter()).contains(START.plus(LOCK));
        assertThat(locked.nextSendAt()).isEqualTo(START.plus(LOCK));
        assertThat(locked.isPending())
                .as("after an unlock the code is accepted")
                .isTrue();
        assertThat(locked.attemptsLeft()).hasValue(0);

        otp.unlock(PHONE);
        assertThat(status().lockedUntil()).isEmpty();
        assertThat(status().attemptsLeft()).hasValue(1);
        assertThat(otp.verify(PHONE, fixture.sms.lastCode()).isVerified()).isTrue();
        assertThat(status().isPending()).isFalse();
    }

    @Test
    void anExhaustedCancelledOrExpiredCodeIsNotPending() {
        OtpManager once = fixture.builder()
                .policy(OtpPolicy.builder().maxAttempts(1).build())
                .build();
        once.send(PHONE);
        once.verify(PHONE, wrong(fixture.sms.lastCode()));
        PasscodeStatus exhausted = once.status(PHONE, "default");
        assertThat(exhausted.isPending()).isFalse();
        assertThat(exhausted.attemptsLeft()).isEmpty();
        assertThat(exhausted.resendAfter())
                .as("an exhausted code has no cooldown")
                .isEmpty();
        assertThat(exhausted.nextSendAt()).isEqualTo(START);

        once.send(PHONE);
        once.cancel(PHONE, "default");
        assertThat(once.status(PHONE, "default").isPending()).isFalse();

        once.send(PHONE);
        fixture.clock.advance(Duration.ofMinutes(5).minusMillis(1));
        assertThat(once.status(PHONE, "default").isPending()).isTrue();
        fixture.clock.advance(Duration.ofMillis(1));
        assertThat(once.status(PHONE, "default").isPending()).isFalse();
        assertThat(once.status(PHONE, "default").expiresAt()).isEmpty();
    }

    @Test
    void coversEveryBindingOfThePurposeAndNoOtherPurpose() {
        otp.send(OtpRequest.to(PHONE).purpose("login").boundTo("one"));
        fixture.clock.advance(SECOND);
        SendResult.Sent last =
                (SendResult.Sent) otp.send(OtpRequest.to(PHONE).purpose("login").boundTo("two"));
        otp.verify(VerifyRequest.of(PHONE, wrong(fixture.sms.lastCode()))
                .purpose("login")
                .boundTo("two"));

        PasscodeStatus login = otp.status(PHONE, "login");
        assertThat(login.expiresAt()).contains(last.expiresAt());
        assertThat(login.attemptsLeft()).as("of the one that was sent last").hasValue(3);
        assertThat(login.nextSendAt()).isEqualTo(last.resendAfter());
        PasscodeStatus reset = otp.status(PHONE, "reset");
        assertThat(reset.isPending()).isFalse();
        assertThat(reset.sendsLeft()).as("over all purposes").isEqualTo(1);
        assertThat(reset.nextSendAt()).isEqualTo(fixture.clock.instant());
    }

    @Test
    void countsASendThatWasNotDelivered() {
        fixture.sms.fails(Kind.UNAVAILABLE);
        otp.send(PHONE);

        assertThat(status().isPending()).isFalse();
        assertThat(status().sendsLeft()).isEqualTo(2);
        assertThat(status().nextSendAt()).isEqualTo(START);
    }

    @Test
    void aDecoyLooksLikeACodeThatWasSent() {
        ManagerFixture other = new ManagerFixture();
        OtpManager there = other.builder().policy(policy()).build();
        otp.send(OtpRequest.to(PHONE));
        there.send(OtpRequest.to(PHONE).decoy());
        assertThat(there.status(PHONE, "default")).hasToString(status().toString());

        otp.verify(PHONE, wrong(fixture.sms.lastCode()));
        there.verify(PHONE, "123456");
        assertThat(there.status(PHONE, "default")).hasToString(status().toString());
    }

    @Test
    void namesTheMediaThatTheRecipientHasOptedOutOf() {
        otp.send(PHONE);
        fixture.store.records.replaceAll((key, record) -> {
            RecipientState state = StateCodec.decode(record);
            return StateCodec.encode(new RecipientState(
                    state.sends(), state.failures(), state.challenges(), new Standing(null, List.of("sms"))));
        });

        assertThat(status().optedOut()).containsExactly("sms").isUnmodifiable();
    }

    @Test
    void showsNoAddress() {
        otp.send(PHONE);

        assertThat(status())
                .hasToString("PasscodeStatus[recipient=+966•••••4567, purpose=default, at=2026-03-01T08:00:00Z,"
                        + " expiresAt=Optional[2026-03-01T08:05:00Z], attemptsLeft=OptionalInt[4], sendsLeft=2,"
                        + " resendAfter=Optional[2026-03-01T08:00:30Z], lockedUntil=Optional.empty,"
                        + " nextSendAt=2026-03-01T08:00:30Z, optedOut=[]]");
    }

    @Test
    void readsTheRecordUnderEachSecretOnceAndMergesThem() {
        OtpSecret old = OtpSecret.random();
        OtpSecret young = OtpSecret.random();
        OtpManager before = fixture.builder().policy(policy()).secret(old).build();
        OtpManager swapped = fixture.builder()
                .policy(policy())
                .secret(young.withPrevious(old))
                .build();
        SendResult.Sent sent = (SendResult.Sent) before.send(PHONE);
        String code = fixture.sms.lastCode();
        fixture.store.calls.set(0);

        PasscodeStatus status = swapped.status(PHONE, "default");

        assertThat(fixture.store.calls).hasValue(2);
        assertThat(status.expiresAt()).as("verify looks at both").contains(sent.expiresAt());
        assertThat(status.sendsLeft()).as("limits start afresh").isEqualTo(3);
        assertThat(status.nextSendAt()).isEqualTo(START);
        assertThat(status.attemptsLeft()).hasValue(4);
        swapped.verify(PHONE, wrong(code));
        assertThat(swapped.status(PHONE, "default").attemptsLeft()).hasValue(3);
        for (int i = 0; i < 3; i++) {
            swapped.verify(PHONE, wrong(code));
        }
        assertThat(swapped.verify(PHONE, code))
                .isEqualTo(new VerifyResult.Rejected(
                        VerifyResult.Rejected.Reason.LOCKED,
                        OptionalInt.empty(),
                        swapped.status(PHONE, "default").lockedUntil()));
        assertThat(swapped.status(PHONE, "default").nextSendAt())
                .as("a send looks at the current one alone")
                .isEqualTo(START);

        swapped.send(PHONE);
        PasscodeStatus again = swapped.status(PHONE, "default");
        assertThat(again.lockedUntil()).as("its code can be verified").isEmpty();
        assertThat(again.attemptsLeft()).hasValue(4);
        assertThat(swapped.verify(PHONE, fixture.sms.lastCode()).isVerified()).isTrue();
    }

    @Test
    void refusesNullAndAnInvalidRecipient() {
        assertThatThrownBy(() -> otp.status("nobody", "login")).isInstanceOf(InvalidRecipientException.class);
        assertThatThrownBy(() -> otp.status(PHONE, "")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> otp.status(PHONE, "a".repeat(65))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> otp.status((String) null, "login"))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("address must not be null");
        assertThatThrownBy(() -> otp.status((Recipient) null, "login"))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("recipient must not be null");
        assertThat(fixture.store.calls).hasValue(0);
    }
}
