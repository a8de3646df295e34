package dev.otpkit.examples.messages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpRequest;
import dev.otpkit.SendResult;
import dev.otpkit.VerifyRequest;
import dev.otpkit.message.SmsSegments;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import dev.otpkit.testkit.RecordingChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class MessagesTest {
    private static final String PHONE = "+966501234567";
    private static final String BUNDLE = "src/main/resources/dev/otpkit/examples/messages/otp_sw.properties";

    private final RecordingChannel sms = RecordingChannel.sms();

    @Test
    void thePageShowsTheWholeBundle() throws IOException {
        assertThat(Files.readString(Path.of("../docs/messages.md")))
                .contains("```text\n" + Files.readString(Path.of(BUNDLE)) + "```\n");
    }

    @Test
    void sendsTheTextOfThePurpose() {
        OtpManager otp = Messages.ownTexts(CaffeineOtpStore.create(), sms);

        assertThat(Messages.sendInSwahili(otp, PHONE).isSent()).isTrue();

        assertThat(sms.last().text())
                .isEqualTo("Acme: " + sms.lastCode() + " ni msimbo wa kuthibitisha malipo. Usimwambie mtu yeyote.");
    }

    @Test
    void sendsTheGeneralTextForOtherPurposesAndTheBuiltInOneForOtherLanguages() {
        OtpManager otp = Messages.ownTexts(CaffeineOtpStore.create(), sms);

        otp.send(OtpRequest.to(PHONE).purpose("login").locale(Locale.forLanguageTag("sw")));
        assertThat(sms.last().text()).startsWith("Acme: msimbo wako ni " + sms.lastCode() + ".");
        assertThat(SmsSegments.of(sms.last().text()).count()).isEqualTo(1);

        otp.send(OtpRequest.to(PHONE).purpose("reset").locale(Locale.FRENCH));
        assertThat(sms.last().text()).contains("est votre code");
    }

    @Test
    void endsWithTheLineOfTheApplicationThatAsked() {
        OtpManager otp = OtpManager.builder()
                .store(CaffeineOtpStore.create())
                .channel(sms)
                .messages(new AutofillTexts())
                .build();

        otp.send(OtpRequest.to(PHONE).purpose("login"));
        assertThat(sms.last().text()).endsWith("\n@login.acme.example #" + sms.lastCode());

        otp.send(OtpRequest.to(PHONE).purpose("app-login"));
        assertThat(sms.last().text()).endsWith("\nFA+9qCX9VSu");
    }

    @Test
    void aReviewerVerifiesAFixedCodeThatIsNotSent() {
        OtpManager otp = Messages.withReviewer(
                CaffeineOtpStore.create(), sms, Instant.now().plus(Duration.ofDays(30)));

        SendResult result = otp.send(OtpRequest.to(PHONE).purpose("login"));

        assertThat(result)
                .isInstanceOfSatisfying(
                        SendResult.Sent.class,
                        sent -> assertThat(sent.channel()).isEqualTo("test"));
        assertThat(sms.messages()).isEmpty();
        assertThat(otp.verify(VerifyRequest.of(PHONE, "314159").purpose("login"))
                        .isVerified())
                .isTrue();
    }

    @Test
    void developmentModeReturnsTheWholeMessageAndDeliversNone() {
        OtpManager otp = OtpManager.builder()
                .store(CaffeineOtpStore.create())
                .channel(sms)
                .messages(new AutofillTexts())
                .developmentMode(true)
                .build();

        SendResult result = otp.send(PHONE);

        assertThat(result).isInstanceOfSatisfying(SendResult.Sent.class, sent -> {
            assertThat(sent.channel()).isEqualTo("development");
            assertThat(sent.developmentMessage().orElseThrow().text())
                    .contains(sent.developmentCode().orElseThrow())
                    .doesNotContain("login.acme.example");
        });
        assertThat(sms.messages()).isEmpty();
    }
}
