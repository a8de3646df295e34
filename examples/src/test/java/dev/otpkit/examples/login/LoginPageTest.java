package dev.otpkit.examples.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpManager;
import dev.otpkit.Recipient;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import dev.otpkit.testkit.RecordingChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoginPageTest {
    private static final String KNOWN = "0501234567";
    private static final String UNKNOWN = "0507654321";
    private static final String SESSION = "session-of-one";
    private static final String CLIENT = "203.0.113.9";

    private final RecordingChannel sms = RecordingChannel.sms();
    private final List<Runnable> later = new ArrayList<>();
    private final LoginPage page = new LoginPage(
            OtpManager.builder()
                    .store(CaffeineOtpStore.create())
                    .channel(sms)
                    .defaultRegion("SA")
                    .build(),
            Recipient.phone("+966501234567", null)::equals,
            later::add);

    @Test
    void logsInWithTheCodeThatWasSent() {
        page.askForCode("050 123 4567", SESSION, CLIENT);
        later.forEach(Runnable::run);

        assertThat(page.logIn(KNOWN, sms.lastCode(), "another-session", CLIENT)).startsWith("Wrong");
        assertThat(page.logIn(KNOWN, sms.lastCode(), SESSION, CLIENT)).isEqualTo("Welcome, +966501234567.");
    }

    @Test
    void answersAlikeWhetherThereIsAnAccountOrNot() {
        for (int round = 0; round < 12; round++) {
            assertThat(page.askForCode(KNOWN, SESSION, CLIENT))
                    .isEqualTo(page.askForCode(UNKNOWN, SESSION, CLIENT))
                    .startsWith("If there is an account");
            assertThat(later).as("work that is left for the executor").hasSize(2);
            later.forEach(Runnable::run);
            later.clear();
            String wrong = sms.lastCode().equals("000000") ? "111111" : "000000";
            assertThat(page.logIn(KNOWN, wrong, SESSION, CLIENT))
                    .isEqualTo(page.logIn(UNKNOWN, wrong, SESSION, CLIENT))
                    .startsWith("Wrong");
        }
        assertThat(sms.messages())
                .isNotEmpty()
                .allMatch(message -> message.recipient().address().equals("+966501234567"));
    }

    @Test
    void saysOfWhatIsNoAddressThatItIsNone() {
        assertThat(page.askForCode("nobody", SESSION, CLIENT)).startsWith("This is neither");
        assertThat(later).isEmpty();
    }
}
