package dev.otpkit;

import static dev.otpkit.ManagerFixture.PHONE;
import static dev.otpkit.ManagerFixture.wrong;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryReceipt;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The number of guesses that a new code begins with, by the end of the one before it. */
class NewCodesTest {
    private final ManagerFixture fixture = new ManagerFixture();
    private final OtpManager otp =
            fixture.builder().policy(policy(Resend.REUSE)).build();

    private static OtpPolicy policy(Resend resend) {
        return OtpPolicy.builder()
                .resend(resend)
                .sendLimits(RateLimit.of(10, Duration.ofHours(1)))
                .build();
    }

    @Test
    void afterExpiryItBeginsAtZero() {
        sendAndGuessTwice(otp);
        fixture.clock.advance(Duration.ofMinutes(5));

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
        assertThat(otp.verify(PHONE, fixture.sms.lastCode()).isVerified()).isTrue();

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
            fixture.clock.advance(Duration.ofSeconds(1));
            assertThat(otp.send(OtpRequest.to(PHONE).purpose("purpose-" + other))
                            .isSent())
                    .isTrue();
        }

        assertBeginsAtZero(otp);
    }

    @Test
    void afterTheOldOneWasWithdrawnItBeginsAtZero() {
        fixture.sms.does(message -> {
            guess(otp);
            guess(otp);
            throw new DeliveryException(
                    DeliveryFailure.of("sms-one", DeliveryFailure.Kind.UNAVAILABLE, null, "no luck"));
        });
        assertThat(otp.send(PHONE)).isInstanceOf(SendResult.Undelivered.class);
        fixture.sms.does(message -> DeliveryReceipt.accepted());

        assertBeginsAtZero(otp);
    }

    @Test
    void underTheNextSecretItBeginsAtZero() {
        OtpSecret current = OtpSecret.random();
        OtpSecret next = OtpSecret.random();
        sendAndGuessTwice(fixture.builder().secret(current.withPrevious(next)).build());

        assertBeginsAtZero(fixture.builder().secret(next.withPrevious(current)).build());
    }

    @Test
    void inThePlaceOfALiveOneItGoesOnWhereThatWas() {
        OtpManager rotating = fixture.builder().policy(policy(Resend.ROTATE)).build();
        sendAndGuessTwice(rotating);
        String old = fixture.sms.lastCode();
        fixture.clock.advance(Duration.ofSeconds(30));

        rotating.send(PHONE);

        assertThat(fixture.sms.lastCode()).isNotEqualTo(old);
        assertThat(guess(rotating)).isEqualTo(2);
    }

    @Test
    void anUndeliveredOneInThePlaceOfALiveOneBringsThatBackWithTheGuessesAtBoth() {
        OtpManager rotating = fixture.builder().policy(policy(Resend.ROTATE)).build();
        sendAndGuessTwice(rotating);
        String old = fixture.sms.lastCode();
        fixture.clock.advance(Duration.ofSeconds(30));
        fixture.sms.does(message -> {
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

    /** Returns the number of guesses left after a wrong one. */
    private int guess(OtpManager otp) {
        return ((VerifyResult.Rejected) otp.verify(PHONE, wrong(fixture.sms.lastCode())))
                .attemptsLeft()
                .orElseThrow();
    }
}
