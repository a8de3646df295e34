package dev.otpkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otpkit.VerifyResult.Rejected;
import dev.otpkit.VerifyResult.Rejected.Reason;
import dev.otpkit.VerifyResult.Verified;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VerifyResultTest {
    private static final Recipient PHONE = Recipient.phone("+966501234567", null);
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void isVerifiedOnlyIfItWas() {
        Verified verified = new Verified(PHONE, "login", NOW);
        assertThat(verified.isVerified()).isTrue();
        assertThat(verified.recipient()).isSameAs(PHONE);
        assertThat(verified.purpose()).isEqualTo("login");
        assertThat(verified.verifiedAt()).isEqualTo(NOW);
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void isNotVerifiedIfItWasRejected(Reason reason) {
        assertThat(new Rejected(reason, OptionalInt.of(3), Optional.of(NOW)).isVerified())
                .isFalse();
        assertThat(new Rejected(reason, OptionalInt.empty(), Optional.empty()).isVerified())
                .isFalse();
    }

    @Test
    void showsNoAddress() {
        assertThat(new Verified(PHONE, "login", NOW))
                .hasToString("Verified[recipient=+966•••••4567, purpose=login, verifiedAt=2026-01-01T00:00:00Z]");
        assertThat(new Rejected(Reason.WRONG_CODE, OptionalInt.of(4), Optional.empty()))
                .hasToString("Rejected[reason=WRONG_CODE, attemptsLeft=OptionalInt[4], retryAfter=Optional.empty]");
    }

    @Test
    void refusesNothingByName() {
        assertNull(() -> new Verified(null, "login", NOW), "recipient");
        assertNull(() -> new Verified(PHONE, null, NOW), "purpose");
        assertNull(() -> new Verified(PHONE, "login", null), "verifiedAt");
        assertNull(() -> new Rejected(null, OptionalInt.empty(), Optional.empty()), "reason");
        assertNull(() -> new Rejected(Reason.LOCKED, null, Optional.empty()), "attemptsLeft");
        assertNull(() -> new Rejected(Reason.LOCKED, OptionalInt.empty(), null), "retryAfter");
    }

    private static void assertNull(ThrowingCallable call, String argument) {
        assertThatThrownBy(call).isInstanceOf(NullPointerException.class).hasMessage(argument + " must not be null");
    }
}
