package dev.otpkit.examples.helpdesk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpPolicy;
import dev.otpkit.OtpRequest;
import dev.otpkit.RateLimit;
import dev.otpkit.Recipient;
import dev.otpkit.VerifyRequest;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import dev.otpkit.testkit.MutableClock;
import dev.otpkit.testkit.RecordingChannel;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HelpDeskTest {
    private static final Recipient RECIPIENT = Recipient.email("someone@example.com");

    private final MutableClock clock = MutableClock.create();
    private final RecordingChannel email = RecordingChannel.email();
    private final OtpManager otp = OtpManager.builder()
            .store(CaffeineOtpStore.create())
            .channel(email)
            .clock(clock)
            .policy(OtpPolicy.builder()
                    .failureLimit(RateLimit.of(1, Duration.ofHours(1)))
                    .build())
            .build();
    private final CodePage page = new CodePage(otp);
    private final HelpDesk desk = new HelpDesk(otp);

    @Test
    void theButtonSaysHowLongToWaitAfterAReloadToo() {
        assertThat(page.resendButton(RECIPIENT)).isEqualTo("Send again");
        send();
        clock.advance(Duration.ofMillis(5_500));
        assertThat(page.resendButton(RECIPIENT)).isEqualTo("Send again in 25 s");
        clock.advance(Duration.ofMillis(500));
        assertThat(page.resendButton(RECIPIENT)).isEqualTo("Send again in 24 s");
        clock.advance(Duration.ofSeconds(24));
        assertThat(page.resendButton(RECIPIENT)).isEqualTo("Send again");
        assertThat(send()).isTrue();
    }

    @Test
    void staffSeeAPendingCodeAndALock() {
        assertThat(desk.look("someone@example.com"))
                .isEqualTo("No code is pending. The next one can be sent from 2026-01-01T00:00:00Z.");
        send();
        assertThat(desk.look("someone@example.com"))
                .isEqualTo("A code is valid until 2026-01-01T00:05:00Z, with 1 attempts left.");
        otp.verify(VerifyRequest.of(RECIPIENT, email.lastCode().equals("000000") ? "111111" : "000000")
                .purpose("login"));
        assertThat(desk.look("someone@example.com")).isEqualTo("Locked until 2026-01-01T01:00:00Z by wrong codes.");

        desk.unlock("someone@example.com");

        assertThat(otp.verify(VerifyRequest.of(RECIPIENT, email.lastCode()).purpose("login"))
                        .isVerified())
                .isTrue();
    }

    @Test
    void nothingIsLeftOfADeletedAccount() {
        send();

        desk.accountDeleted("someone@example.com");

        assertThat(desk.look("someone@example.com")).startsWith("No code is pending.");
        assertThat(send()).as("without a wait").isTrue();
    }

    private boolean send() {
        return otp.send(OtpRequest.to(RECIPIENT).purpose("login")).isSent();
    }
}
