package dev.otpkit;

import static dev.otpkit.Bed.PHONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import org.junit.jupiter.api.Test;

/** Exceptions of parts that the application brings along: they reach the caller, and nothing was sent or accepted. */
class ThrowingPartsTest {
    private final RuntimeException fault = new UnsupportedOperationException("fault");

    private final Bed bed = new Bed();

    @Test
    void aFilterIsAskedBeforeAnythingElse() {
        OtpManager otp = bed.builder()
                .recipientFilter(recipient -> {
                    throw fault;
                })
                .build();

        assertThatThrownBy(() -> otp.send(PHONE)).isSameAs(fault);
        assertNothingHappened();
    }

    @Test
    void aChannelIsAskedForItsSupportBeforeAnythingIsCounted() {
        OtpManager otp = bed.bare().channel(new NeverSupporting()).build();

        assertThatThrownBy(() -> otp.send(PHONE)).isSameAs(fault);
        assertNothingHappened();
    }

    @Test
    void aVerifierThatThrowsAcceptsNothing() {
        OtpManager sending = bed.builder().build();
        OtpManager otp = bed.builder()
                .verifier(checks -> request -> {
                    throw fault;
                })
                .build();
        sending.send(PHONE);
        bed.events.clear();

        assertThatThrownBy(() -> otp.verify(PHONE, bed.sms.lastCode())).isSameAs(fault);
        assertThat(bed.events).isEmpty();
        assertThat(sending.verify(PHONE, bed.sms.lastCode()).isVerified()).isTrue();
    }

    private void assertNothingHappened() {
        assertThat(bed.store.calls).hasValue(0);
        assertThat(bed.sms.messages).isEmpty();
        assertThat(bed.events).isEmpty();
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
