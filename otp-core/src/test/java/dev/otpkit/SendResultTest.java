package dev.otpkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.OtpMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SendResultTest {
    private static final Recipient PHONE = Recipient.phone("+966501234567", null);
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final DeliveryFailure FAILURE =
            DeliveryFailure.of("smtp", DeliveryFailure.Kind.UNAVAILABLE, "421", "try again later");

    @Test
    void isSentOnlyIfItWas() {
        assertThat(sent("SM1", "314159").isSent()).isTrue();
        assertThat(new SendResult.Undelivered(List.of(FAILURE)).isSent()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(SendResult.Refused.Reason.class)
    void isNotSentIfItWasRefused(SendResult.Refused.Reason reason) {
        assertThat(new SendResult.Refused(reason, Optional.of(NOW)).isSent()).isFalse();
        assertThat(new SendResult.Refused(reason, Optional.empty()))
                .hasToString("Refused[reason=" + reason + ", retryAfter=Optional.empty]");
    }

    @Test
    void tellsWhatWasSent() {
        SendResult.Sent sent = sent("SM1", "314159");
        assertThat(sent.challengeId()).isEqualTo("AQID");
        assertThat(sent.recipient()).isSameAs(PHONE);
        assertThat(sent.channel()).isEqualTo("twilio-sms");
        assertThat(sent.expiresAt()).isEqualTo(NOW.plusSeconds(300));
        assertThat(sent.resendAfter()).isEqualTo(NOW.plusSeconds(30));
        assertThat(sent.confirmed()).isTrue();
        assertThat(sent.providerMessageId()).contains("SM1");
        assertThat(sent.developmentCode()).contains("314159");
        assertThat(sent.developmentMessage().orElseThrow().text()).isEqualTo("Your code: 314159");
        SendResult.Sent uncertain = new SendResult.Sent(() -> "AQID", PHONE, "twilio-sms", NOW, NOW, false, null, null);
        assertThat(uncertain.confirmed()).isFalse();
        assertThat(uncertain.providerMessageId()).isEmpty();
        assertThat(uncertain.developmentCode()).isEmpty();
        assertThat(uncertain.developmentMessage()).isEmpty();
    }

    @Test
    void makesTheChallengeIdOnceAndOnlyIfItIsAskedFor() {
        AtomicInteger made = new AtomicInteger();
        SendResult.Sent sent = new SendResult.Sent(
                () -> "id" + made.incrementAndGet(), PHONE, "twilio-sms", NOW, NOW, true, null, null);
        assertThat(sent.toString()).doesNotContain("id1");
        assertThat(made).hasValue(0);
        assertThat(IntStream.range(0, 1_000).parallel().mapToObj(i -> sent.challengeId()))
                .containsOnly("id1");
        assertThat(made).hasValue(1);
    }

    @Test
    void showsNeitherCodeNorAddressNorChallenge() {
        assertThat(sent("SM1", "314159"))
                .hasToString("Sent[recipient=+966•••••4567, channel=twilio-sms, expiresAt=2026-01-01T00:05:00Z,"
                        + " resendAfter=2026-01-01T00:00:30Z, confirmed=true, providerMessageId=SM1]");
    }

    @Test
    void copiesTheFailures() {
        List<DeliveryFailure> failures = new ArrayList<>(List.of(FAILURE));
        SendResult.Undelivered undelivered = new SendResult.Undelivered(failures);
        failures.clear();
        assertThat(undelivered.failures()).containsExactly(FAILURE).isUnmodifiable();
    }

    @Test
    void refusesNothingByName() {
        assertThatThrownBy(() -> new SendResult.Refused(null, Optional.empty()))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("reason must not be null");
        assertThatThrownBy(() -> new SendResult.Refused(SendResult.Refused.Reason.LOCKED, null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("retryAfter must not be null");
    }

    private static SendResult.Sent sent(String providerMessageId, String developmentCode) {
        return new SendResult.Sent(
                () -> "AQID",
                PHONE,
                "twilio-sms",
                NOW.plusSeconds(300),
                NOW.plusSeconds(30),
                true,
                providerMessageId,
                new OtpMessage(
                        PHONE,
                        developmentCode,
                        "login",
                        Locale.ENGLISH,
                        Duration.ofMinutes(5),
                        "Your code",
                        "Your code: " + developmentCode,
                        Optional.empty()));
    }
}
