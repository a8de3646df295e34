package dev.otpkit;

import static dev.otpkit.Bed.PHONE;
import static dev.otpkit.Bed.wrong;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryReceipt;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The number of guesses that a new code begins with, by the end of the one before it. */
class NewCodesTest {
    private final Bed bed = new Bed();
    private final OtpManager otp = bed.builder().policy(policy(Resend.REUSE)).build();

    private static OtpPolicy policy(Resend resend) {
        return OtpPolicy.builder()
                .resend(resend)
                .sendLimits(RateLimit.of(10, Duration.ofHours(1)))
                .build();
    }

    @Test
    void afterExpiryItBeginsAtZero() {
        sendAndGuessTwice(otp);
        bed.clock.advance(Duration.ofMinutes(5));

        assertBeginsAtZero(otp);
    }

    @Test
    void afterExhaustionItBeginsAtZero() {
        sendAndGuessTwice(otp);
        guess(otp);
        guess(otp);
        assertThat(guess(otp)).isZero();

        assertBeginsAtZero(otp);
    }

    @Test
    void afterSuccessItBeginsAtZero() {
        sendAndGuessTwice(otp);
        assertThat(otp.verify(PHONE, bed.sms.lastCode()).isVerified()).isTrue();

        assertBeginsAtZero(otp);
    }

    @Test
    void afterCancelItBeginsAtZero() {
        sendAndGuessTwice(otp);
        otp.cancel(PHONE, OtpManager.DEFAULT_PURPOSE);

        assertBeginsAtZero(otp);
    }

    @Test
    void afterTheOldOneWasPushedOutItBeginsAtZero() {
        sendAndGuessTwice(otp);
        for (int other = 0; other < 4; other++) {
            bed.clock.advance(Duration.ofSeconds(1));
            assertThat(otp.send(OtpRequest.to(PHONE).purpose("purpose-" + other))
                            .isSent())
                    .isTrue();
        }

        assertBeginsAtZero(otp);
    }

    @Test
    void afterTheOldOneWasWithdrawnItBeginsAtZero() {
        bed.sms.does(message -> {
            guess(otp);
            guess(otp);
            throw new DeliveryException(
                    DeliveryFailure.of("sms-one", DeliveryFailure.Kind.UNAVAILABLE, null, "no luck"));
        });
        assertThat(otp.send(PHONE)).isInstanceOf(SendResult.Undelivered.class);
        bed.sms.does(message -> DeliveryReceipt.accepted());

        assertBeginsAtZero(otp);
    }

    @Test
    void underTheNextSecretItBeginsAtZero() {
        OtpSecret current = OtpSecret.random();
        OtpSecret next = OtpSecret.random();
        sendAndGuessTwice(bed.builder().secret(current.withPrevious(next)).build());

        assertBeginsAtZero(bed.builder().secret(next.withPrevious(current)).build());
    }

    @Test
    void inThePlaceOfALiveOneItGoesOnWhereThatWas() {
        OtpManager rotating = bed.builder().policy(policy(Resend.ROTATE)).build();
        sendAndGuessTwice(rotating);
        String old = bed.sms.lastCode();
        bed.clock.advance(Duration.ofSeconds(30));

        rotating.send(PHONE);

        assertThat(bed.sms.lastCode()).isNotEqualTo(old);
        assertThat(guess(rotating)).isEqualTo(2);
    }

    @Test
    void anUndeliveredOneInThePlaceOfALiveOneBringsThatBackWithTheGuessesAtBoth() {
        OtpManager rotating = bed.builder().policy(policy(Resend.ROTATE)).build();
        sendAndGuessTwice(rotating);
        String old = bed.sms.lastCode();
        bed.clock.advance(Duration.ofSeconds(30));
        bed.sms.does(message -> {
            assertThat(rotating.verify(PHONE, old).isVerified())
                    .as("while the new one is on its way")
                    .isFalse();
            throw new DeliveryException(
                    DeliveryFailure.of("sms-one", DeliveryFailure.Kind.UNAVAILABLE, null, "no luck"));
        });

        assertThat(rotating.send(PHONE)).isInstanceOf(SendResult.Undelivered.class);

        assertThat(((VerifyResult.Rejected) rotating.verify(PHONE, wrong(old))).attemptsLeft())
                .hasValue(1);
        assertThat(rotating.verify(PHONE, old).isVerified()).isTrue();
    }

    private void sendAndGuessTwice(OtpManager otp) {
        assertThat(otp.send(PHONE).isSent()).isTrue();
        assertThat(guess(otp)).isEqualTo(4);
        assertThat(guess(otp)).isEqualTo(3);
    }

    private void assertBeginsAtZero(OtpManager otp) {
        assertThat(otp.send(PHONE).isSent()).isTrue();
        assertThat(guess(otp)).isEqualTo(4);
    }

    /** Returns how many guesses are left after a wrong one. */
    private int guess(OtpManager otp) {
        return ((VerifyResult.Rejected) otp.verify(PHONE, wrong(bed.sms.lastCode())))
                .attemptsLeft()
                .orElseThrow();
    }
}
