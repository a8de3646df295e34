package dev.otpkit.examples.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpManager;
import dev.otpkit.Recipient;
import dev.otpkit.event.OtpEvent;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import dev.otpkit.testkit.MutableClock;
import dev.otpkit.testkit.RecordingChannel;
import dev.otpkit.testkit.RecordingListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class DecoyLoginPageTest {
    private static final String KNOWN = "0501234567";
    private static final String UNKNOWN = "0507654321";
    private static final String SESSION = "session-of-one";
    private static final String CLIENT = "203.0.113.9";

    private final RecordingChannel sms = RecordingChannel.sms();
    private final RecordingListener listener = RecordingListener.create();
    private final MutableClock clock = MutableClock.create();
    private final List<Runnable> later = new ArrayList<>();
    private final DecoyLoginPage page = new DecoyLoginPage(
            OtpManager.builder()
                    .store(CaffeineOtpStore.create())
                    .channel(sms)
                    .listener(listener)
                    .clock(clock)
                    .defaultRegion("SA")
                    .build(),
            Recipient.phone("+966501234567", null)::equals,
            later::add,
            clock);

    @Test
    void logsInWithTheCodeThatWasSent() {
        assertThat(page.askForCode("050 123 4567", SESSION, CLIENT)).endsWith("a code is on its way.");

        assertThat(page.logIn(KNOWN, sms.lastCode(), "another-session", CLIENT)).startsWith("Wrong");
        assertThat(page.logIn(KNOWN, sms.lastCode(), SESSION, CLIENT)).isEqualTo("Welcome, +966501234567.");
    }

    @Test
    void showsTheSameWhetherThereIsAnAccountOrNot() {
        List<String> toKnown = new ArrayList<>();
        List<String> toUnknown = new ArrayList<>();
        for (int round = 0; round < 30; round++) {
            toKnown.add(page.askForCode(KNOWN, SESSION, CLIENT));
            toUnknown.add(page.askForCode(UNKNOWN, SESSION, CLIENT));
            toKnown.add(page.logIn(KNOWN, sms.wrongCode(), SESSION, CLIENT));
            toUnknown.add(page.logIn(UNKNOWN, sms.wrongCode(), SESSION, CLIENT));
            clock.advance(Duration.ofSeconds(13));
        }

        assertThat(toUnknown).isEqualTo(toKnown);
        assertThat(toKnown)
                .anyMatch(text -> text.matches("Please wait 1[78] seconds before you ask again."))
                .anyMatch(text -> text.startsWith("No code could be sent"))
                .noneMatch(text -> text.matches("Please wait \\d{3,} .*"));
        assertThat(sms.messages())
                .isNotEmpty()
                .allMatch(message -> message.recipient().address().equals("+966501234567"));
        assertThat(listener.events(OtpEvent.Sent.class))
                .extracting(OtpEvent.Sent::decoy)
                .startsWith(false, true)
                .contains(true, false);
    }

    @Test
    void asksInTheBackground() {
        CompletableFuture<String> outcome = page.askForCodeLater(UNKNOWN, SESSION, CLIENT);
        assertThat(outcome).isNotDone();

        later.forEach(Runnable::run);

        assertThat(outcome).isCompletedWithValue("If there is an account with this address, a code is on its way.");
        assertThat(sms.messages()).isEmpty();
    }

    @Test
    void saysOfWhatIsNoAddressThatItIsNone() {
        assertThat(page.askForCode("nobody", SESSION, CLIENT)).startsWith("This is neither");
    }
}
