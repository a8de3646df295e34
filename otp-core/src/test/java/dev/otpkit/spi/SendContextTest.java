package dev.otpkit.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.otpkit.PhoneNumber;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SendContextTest {

    @Test
    void showsNeitherAddressNorClientNorProof() {
        assertThat(context("fake-captcha-token", 3))
                .hasToString("SendContext[recipient=+966•••••4567, purpose=login, locale=ar, resend=true,"
                        + " recentSends=3]");
    }

    @Test
    void checksItsParts() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> context("x", -1))
                .withMessage("recentSends must not be negative, but was -1");
        assertThatNullPointerException()
                .isThrownBy(() -> new SendContext(
                        new PhoneNumber("+966501234567"), "login", Locale.ROOT, Optional.empty(), null, false, 0))
                .withMessage("proof must not be null");
    }

    private static SendContext context(String proof, int recentSends) {
        return new SendContext(
                new PhoneNumber("+966501234567"),
                "login",
                Locale.forLanguageTag("ar"),
                Optional.of("203.0.113.9"),
                Optional.of(proof),
                true,
                recentSends);
    }
}
