package dev.otpkit.examples.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpSecret;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import dev.otpkit.testkit.RecordingChannel;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CodeFormTest {
    private static final String CLIENT = "203.0.113.9";
    private static final String AGAIN = "the form again, with the CAPTCHA";

    private final RecordingChannel sms = RecordingChannel.sms();
    private final Set<String> tokens = new HashSet<>(List.of("fake-token"));
    private final CodeForm form = new CodeForm(CaffeineOtpStore.create(), OtpSecret.random(), sms, tokens::remove);

    @Test
    void sendsToAUsualNumberWithoutACaptcha() {
        assertThat(form.submit("0501234567", CLIENT, "")).isEqualTo("type the code");
        assertThat(sms.messages()).hasSize(1);
    }

    @Test
    void sendsToAnotherCountryOnceTheCaptchaIsSolved() {
        assertThat(form.submit("+971501234567", CLIENT, "")).isEqualTo(AGAIN);
        assertThat(form.submit("+971501234567", CLIENT, "forged")).isEqualTo(AGAIN);
        assertThat(sms.messages()).isEmpty();

        assertThat(form.submit("+971501234567", CLIENT, "fake-token")).isEqualTo("type the code");
        assertThat(sms.messages()).hasSize(1);

        assertThat(form.submit("+971501234568", CLIENT, "fake-token")).isEqualTo(AGAIN);
    }

    @Test
    void sendsNothingToALandlineOrToACountryThatIsNotServed() {
        for (String number : List.of("+966112345678", "+8801719159900")) {
            assertThat(form.submit(number, CLIENT, "fake-token")).isEqualTo("no code can be sent now");
        }
        assertThat(sms.messages()).isEmpty();
        assertThat(tokens)
                .as("no token is used up for a number that is refused anyway")
                .containsExactly("fake-token");
    }
}
