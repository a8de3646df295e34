package dev.otpkit;

import static dev.otpkit.Bed.PHONE;
import static dev.otpkit.Bed.wrong;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.spi.StoredRecord;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OtpManagerLogTest {
    private final Bed bed = new Bed();
    private final Bed.Outbox second = new Bed.Outbox("sms-two", "sms", true);
    private final CapturedLog log = new CapturedLog();

    @AfterEach
    void stopCapturing() {
        log.close();
    }

    @Test
    void logsWhatWasSentAndVerifiedAtInfo() {
        OtpManager otp = bed.builder().build();

        otp.send(OtpRequest.to(PHONE).purpose("login"));
        otp.verify(VerifyRequest.of(PHONE, bed.sms.lastCode()).purpose("login"));

        assertThat(log.lines())
                .containsExactly(
                        "INFO sent login code to +966•••••4567 over sms-one",
                        "INFO verified login code of +966•••••4567");
    }

    @Test
    void logsWhatWasRefusedAndRejectedAtWarn() {
        OtpManager otp = bed.builder().build();
        otp.send(PHONE);
        String code = bed.sms.lastCode();
        log.clear();

        otp.send(PHONE);
        otp.send("nobody");
        otp.verify(PHONE, wrong(code));
        otp.verify(VerifyRequest.ofChallenge("forged", code));

        assertThat(log.lines())
                .containsExactly(
                        "WARN refused to send default code to +966•••••4567: RESEND_TOO_SOON,"
                                + " retry after 2026-03-01T08:00:30Z",
                        "WARN refused to send default code to an invalid recipient: INVALID_RECIPIENT",
                        "WARN rejected default code of +966•••••4567: WRONG_CODE",
                        "WARN rejected default code of an invalid recipient or challenge: INVALID_CHALLENGE");
    }

    @Test
    void logsEachFailureWithItsProviderCodeAndMisconfigurationAtError() {
        OtpManager otp = bed.builder().channel(second).build();
        bed.sms.fails(Kind.MISCONFIGURED);
        second.does(message -> {
            throw new DeliveryException(DeliveryFailure.of("sms-two", Kind.THROTTLED, null, "slow down"));
        });

        otp.send(PHONE);

        assertThat(log.lines())
                .containsExactly(
                        "ERROR channel sms-one failed to deliver default code to +966•••••4567: MISCONFIGURED 42 no luck",
                        "WARN channel sms-two failed to deliver default code to +966•••••4567: THROTTLED - slow down",
                        "WARN did not deliver default code to +966•••••4567: 2 channels failed");
    }

    @Test
    void tellsWhereAChannelThrewWithoutItsWords() {
        OtpManager otp = bed.builder().build();
        bed.sms.does(message -> {
            throw new IllegalStateException(message.text());
        });

        otp.send(PHONE);

        assertThat(log.lines()).hasSize(2);
        assertThat(log.lines().get(0))
                .startsWith("WARN channel sms-one failed to deliver default code to +966•••••4567: UNCERTAIN -"
                        + " the channel threw java.lang.IllegalStateException at dev.otpkit.OtpManagerLogTest.")
                .doesNotContain(bed.sms.lastCode());
        assertThat(log.lines().get(1)).isEqualTo("INFO may have sent default code to +966•••••4567 over sms-one");
    }

    @Test
    void tellsOfAChallengeThatCouldNotBeTakenBack() {
        OtpManager otp = bed.builder()
                .store(new Bed.MapStore() {
                    @Override
                    public StoredRecord get(String key) {
                        throw new OtpStoreException("away");
                    }
                })
                .build();
        bed.sms.fails(Kind.UNAVAILABLE);

        otp.send(PHONE);

        assertThat(log.lines()).contains("WARN could not take back the undelivered default code of +966•••••4567");
    }

    @Test
    void warnsOfATestRecipientWhoseTimeIsOver() {
        OtpManager otp = bed.builder()
                .testRecipient(PHONE, "default", "424242", Bed.START)
                .build();

        otp.send(PHONE);

        assertThat(log.lines())
                .contains("WARN ignoring the test recipient +966•••••4567 for default, whose time was over at "
                        + Bed.START);
    }

    @Test
    void warnsOfCodesThatLiveLongerThanTheStandardsAdvise() {
        bed.builder().build();
        assertThat(log.lines()).isEmpty();

        bed.builder()
                .policy(
                        "mail",
                        OtpPolicy.builder().expiry(Duration.ofMinutes(6)).build())
                .policy(
                        "once",
                        OtpPolicy.builder()
                                .expiry(Duration.ofMinutes(10))
                                .resend(Resend.ROTATE)
                                .build())
                .build();

        assertThat(log.lines())
                .containsExactly(
                        "WARN the policy of purpose mail: a code can live PT12M, over the PT10M of NIST SP 800-63B-4"
                                + " and ASVS 6.5.5");
    }

    @Test
    void warnsOfPoliciesUnderWhichAGuessIsLikely() {
        bed.builder()
                .policy(OtpPolicy.defaults())
                .policy(
                        "pin",
                        OtpPolicy.builder()
                                .length(4)
                                .maxAttempts(10)
                                .sendLimits(RateLimit.of(100, Duration.ofSeconds(1)))
                                .failureLimit(RateLimit.of(100, Duration.ofSeconds(1)))
                                .build())
                .policy("short", OtpPolicy.builder().length(4).build())
                .policy("rare", OtpPolicy.builder().length(4).maxAttempts(1).build())
                .build();

        assertThat(log.lines())
                .containsExactlyInAnyOrder(
                        likelyGuesses("the policy of purpose pin", 8_640_000, 1),
                        likelyGuesses("the policy of purpose short", 50, 200));
    }

    private static String likelyGuesses(String policy, int guesses, int chance) {
        return "WARN " + policy + ": someone who makes every guess that is answered, about " + guesses
                + " a day, finds one of 10000 codes with a chance of 1 in " + chance
                + " per day and recipient, over the advised 1 in 1000; take longer codes, fewer attempts,"
                + " or stricter sendLimits or failureLimit";
    }

    @Test
    void warnsOfEachTestRecipient() {
        bed.builder()
                .testRecipient(PHONE, "review", "314159", Bed.START.plusSeconds(60))
                .build();

        assertThat(log.lines())
                .containsExactly("WARN test recipient +966•••••4567 has a fixed code for purpose review until"
                        + " 2026-03-01T08:01:00Z: guesses at it add up from day to day,"
                        + " and over each renewal of the same code");
    }

    @Test
    void warnsAtEveryStartInDevelopmentModeAndLogsTheCodeInOnePlaceAlone() {
        OtpManager otp = bed.builder().developmentMode(true).build();

        String code = ((SendResult.Sent) otp.send(PHONE)).developmentCode().orElseThrow();
        otp.verify(PHONE, code);

        assertThat(log.lines())
                .containsExactly(
                        "WARN development mode: codes are logged and returned, and nothing is sent",
                        "INFO the default code for +966•••••4567 is " + code,
                        "INFO sent default code to +966•••••4567 over development",
                        "INFO verified default code of +966•••••4567");
        assertThat(log.loggersOf(code)).containsExactly("dev.otpkit.development");
        assertThat(bed.events.toString()).doesNotContain(code);
    }
}
