package dev.otpkit;

import static dev.otpkit.ManagerFixture.EMAIL;
import static dev.otpkit.ManagerFixture.PHONE;
import static dev.otpkit.ManagerFixture.wrong;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otpkit.VerifyResult.Rejected.Reason;
import dev.otpkit.internal.rules.RecipientState;
import dev.otpkit.internal.rules.RecipientState.Standing;
import dev.otpkit.internal.state.StateCodec;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.StoredRecord;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class OtpManagerForgetTest {
    private static final RateLimit ONCE = RateLimit.of(1, Duration.ofHours(1));

    private final ManagerFixture fixture = new ManagerFixture();
    private final OtpManager otp = fixture.builder()
            .policy(OtpPolicy.builder().sendLimits(ONCE).failureLimit(ONCE).build())
            .build();

    @Test
    void removesCodesSendsFailuresAndOptOuts() {
        otp.send(PHONE);
        String code = fixture.sms.lastCode();
        otp.verify(PHONE, wrong(code));
        fixture.store.records.replaceAll((key, record) -> {
            RecipientState state = StateCodec.decode(record);
            return StateCodec.encode(new RecipientState(
                    state.sends(), state.failures(), state.challenges(), new Standing(1L, List.of("sms"))));
        });

        otp.forget("0501234567");

        assertThat(fixture.store.records).isEmpty();
        assertThat(otp.verify(PHONE, code)).isEqualTo(rejected(Reason.NO_PENDING_CODE));
        assertThat(otp.send(PHONE).isSent()).as("neither locked nor limited").isTrue();
        assertThat(otp.verify(PHONE, fixture.sms.lastCode()).isVerified()).isTrue();
    }

    @Test
    void leavesEveryOtherRecipientAlone() {
        otp.send(PHONE);
        otp.send(EMAIL);

        otp.forget(new PhoneNumber(PHONE));

        assertThat(fixture.store.records).hasSize(1);
        assertThat(otp.verify(EMAIL, fixture.email.lastCode()).isVerified()).isTrue();
    }

    @Test
    void removesTheRecordsUnderBothSecretsOfARotation() {
        OtpSecret old = OtpSecret.random();
        OtpSecret young = OtpSecret.random();
        OtpManager before = fixture.builder().secret(old).build();
        OtpManager swapped = fixture.builder().secret(young.withPrevious(old)).build();
        before.send(PHONE);
        swapped.send(PHONE);
        assertThat(fixture.store.records).hasSize(2);

        swapped.forget(PHONE);

        assertThat(fixture.store.records).isEmpty();
    }

    @Test
    void removesTheCountersOfItsMailboxInBothWindowsAndUnderBothSecretsAndNoClients() {
        OtpSecret old = OtpSecret.random();
        OtpSecret young = OtpSecret.random();
        RateLimit mailbox = RateLimit.of(4, Duration.ofHours(1));
        OtpManager before = limited(old, mailbox);
        OtpManager swapped = limited(young.withPrevious(old), mailbox);
        for (OtpManager each : List.of(before, swapped)) {
            each.send(OtpRequest.to("user+1@gmail.com").clientAddress("203.0.113.9"));
        }
        fixture.clock.advance(Duration.ofHours(1));
        for (OtpManager each : List.of(before, swapped)) {
            each.send(OtpRequest.to("user+2@gmail.com").clientAddress("203.0.113.9"));
        }
        assertThat(fixture.store.counters)
                .as("of two clients and of two mailboxes, in two windows")
                .hasSize(8);

        swapped.forget("User@gmail.com");

        assertThat(fixture.store.counters).as("of the client").hasSize(4);
        assertThat(fixture.store.records)
                .as("of the other addresses of the mailbox")
                .hasSize(4);
        for (int i = 3; i < 7; i++) {
            assertThat(swapped.send("user+" + i + "@gmail.com").isSent()).isTrue();
        }
    }

    private OtpManager limited(OtpSecret secret, RateLimit mailbox) {
        return fixture.builder()
                .secret(secret)
                .mailboxSendLimit(mailbox)
                .clientSendLimit(RateLimit.of(100, Duration.ofHours(1)))
                .build();
    }

    @Test
    void asksForNoCounterOfAnAddressWithoutOne() {
        OtpManager limited = fixture.builder().mailboxSendLimit(ONCE).build();

        limited.forget(PHONE);
        limited.forget("user@example.com");
        otp.forget("user@gmail.com");

        assertThat(fixture.store.increments).hasValue(0);
        assertThat(fixture.store.calls).as("one read for each").hasValue(3);
        limited.forget("user@gmail.com");
        assertThat(fixture.store.increments).hasValue(2);
    }

    @Test
    void aCodeOnItsWayIsNoLongerValid() {
        fixture.sms.does(message -> {
            otp.forget(PHONE);
            return DeliveryReceipt.of("id-1");
        });

        assertThat(otp.send(PHONE).isSent()).isTrue();

        assertThat(otp.verify(PHONE, fixture.sms.lastCode())).isEqualTo(rejected(Reason.NO_PENDING_CODE));
        assertThat(fixture.store.records).isEmpty();
    }

    @Test
    void aSendThatFailsAfterItPutsNothingBack() {
        OtpManager again = fixture.builder()
                .policy(OtpPolicy.builder()
                        .resend(Resend.ROTATE)
                        .resendCooldown(Duration.ZERO)
                        .build())
                .build();
        again.send(PHONE);
        fixture.sms.does(message -> {
            again.forget(PHONE);
            throw new DeliveryException(DeliveryFailure.of("sms-one", DeliveryFailure.Kind.UNAVAILABLE, null, "away"));
        });

        assertThat(again.send(PHONE)).isInstanceOf(SendResult.Undelivered.class);

        assertThat(fixture.store.records).isEmpty();
    }

    @Test
    void removesARecordThatCannotBeRead() {
        otp.send(PHONE);
        fixture.store.records.replaceAll((key, record) -> StoredRecord.of(new byte[] {99}));
        assertThatThrownBy(() -> otp.status(PHONE, "default")).isInstanceOf(OtpStoreException.class);

        otp.forget(PHONE);

        assertThat(fixture.store.records).isEmpty();
    }

    @Test
    void refusesNullAndAnInvalidRecipient() {
        assertThatThrownBy(() -> otp.forget("nobody")).isInstanceOf(InvalidRecipientException.class);
        assertThatThrownBy(() -> otp.forget((String) null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("address must not be null");
        assertThatThrownBy(() -> otp.forget((Recipient) null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("recipient must not be null");
        assertThat(fixture.store.calls).hasValue(0);
    }

    private static VerifyResult rejected(Reason reason) {
        return new VerifyResult.Rejected(reason, OptionalInt.empty(), Optional.empty());
    }
}
