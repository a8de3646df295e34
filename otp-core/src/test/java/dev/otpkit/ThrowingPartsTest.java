package dev.otpkit;

import static dev.otpkit.ManagerFixture.PHONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import org.junit.jupiter.api.Test;

/** Exceptions of parts that the application supplies: they reach the caller, and nothing was sent or accepted. */
class ThrowingPartsTest {
    private final RuntimeException fault = new UnsupportedOperationException("fault");

    private final ManagerFixture fixture = new ManagerFixture();

    @Test
    void aFilterIsAskedBeforeAnythingElse() {
        OtpManager otp = fixture.builder()
                .recipientFilter(recipient -> {
                    throw fault;
                })
                .build();

        assertThatThrownBy(() -> otp.send(PHONE)).isSameAs(fault);
        assertNothingHappened();
    }

    @Test
    void aChannelIsAskedForItsSupportBeforeAnythingIsCounted() {
        OtpManager otp = fixture.bare().channel(new NeverSupporting()).build();

        assertThatThrownBy(() -> otp.send(PHONE)).isSameAs(fault);
        assertNothingHappened();
    }

    @Test
    void aVerifierThatThrowsAcceptsNothing() {
        OtpManager sending = fixture.builder().build();
        OtpManager otp = fixture.builder()
                .verifier(checks -> request -> {
                    throw fault;
                })
                .build();
        sending.send(PHONE);
        fixture.events.clear();

        assertThatThrownBy(() -> otp.verify(PHONE, fixture.sms.lastCode())).isSameAs(fault);
        assertThat(fixture.events).isEmpty();
        assertThat(sending.verify(PHONE, fixture.sms.lastCode()).isVerified()).isTrue();
    }

    private void assertNothingHappened() {
        assertThat(fixture.store.calls).hasValue(0);
        assertThat(fixture.sms.messages).isEmpty();
        assertThat(fixture.events).isEmpty();
    }

    private final class NeverSupporting implements DeliveryChannel {
        @Override
        public String name() {
            return "faulty";
        }

        @Override
        public String medium() {
            return "sms";
        }

        @Override
        public boolean supports(Recipient recipient) {
            throw fault;
        }

        @Override
        public DeliveryReceipt deliver(OtpMessage message) {
            throw new AssertionError("must not be asked to deliver");
        }
    }
}
