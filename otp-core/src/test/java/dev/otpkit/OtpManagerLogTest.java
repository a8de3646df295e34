package dev.otpkit;

import static dev.otpkit.ManagerFixture.PHONE;
import static dev.otpkit.ManagerFixture.wrong;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.spi.DeliveryReport;
import dev.otpkit.spi.OtpMessage;
import dev.otpkit.spi.SendGuard;
import dev.otpkit.spi.StoredRecord;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class OtpManagerLogTest {
    private final ManagerFixture fixture = new ManagerFixture();
    private final ManagerFixture.Outbox second = new ManagerFixture.Outbox("sms-two", "sms", true);
    private final LogRecorder log = new LogRecorder();

    @AfterEach
    void stopCapturing() {
        log.close();
    }

    @Test
    void logsWhatWasSentAndVerifiedAtInfo() {
        OtpManager otp = fixture.builder().build();

        otp.send(OtpRequest.to(PHONE).purpose("login"));
        otp.verify(VerifyRequest.of(PHONE, fixture.sms.lastCode()).purpose("login"));

        assertThat(log.lines())
                .containsExactly(
                        "INFO sent login code to +966•••••4567 [f1e33dfe] over sms-one, message id id-1",
                        "INFO verified login code of +966•••••4567 [f1e33dfe]");
    }

    @Test
    void logsWhatWasRefusedAndRejectedAtWarn() {
        OtpManager otp = fixture.builder().build();
        otp.send(PHONE);
        String code = fixture.sms.lastCode();
        log.clear();

        otp.send(PHONE);
        otp.send("nobody");
        otp.verify(PHONE, wrong(code));
        otp.verify(VerifyRequest.ofChallenge("forged", code));

        assertThat(log.lines())
                .containsExactly(
                        "WARN refused to send default code to +966•••••4567 [f1e33dfe]: RESEND_TOO_SOON,"
                                + " retry after 2026-03-01T08:00:30Z",
                        "WARN refused to send default code to an invalid recipient: INVALID_RECIPIENT",
                        "WARN rejected default code of +966•••••4567 [f1e33dfe]: WRONG_CODE",
                        "WARN rejected default code of an invalid recipient or challenge: INVALID_CHALLENGE");
    }

    @Test
    void pointsOnceToAPurposeOrBindingThatVerifyDoesNotName() {
        OtpManager otp = fixture.builder().build();
        otp.send(OtpRequest.to(PHONE).purpose("login").boundTo("session"));
        String code = fixture.sms.lastCode();
        log.clear();

        otp.verify(PHONE, code);
        otp.verify(VerifyRequest.of(PHONE, code).purpose("login"));

        String hint = " code of +966•••••4567 [f1e33dfe] is pending, but one for another purpose, binding or details"
                + " is, or one of another length or alphabet: send and verify must name the same";
        assertThat(log.lines())
                .containsExactly(
                        "WARN no default" + hint + " (logged at WARN once, then at DEBUG)",
                        "WARN rejected default code of +966•••••4567 [f1e33dfe]: NO_PENDING_CODE",
                        "DEBUG no login" + hint,
                        "WARN rejected login code of +966•••••4567 [f1e33dfe]: NO_PENDING_CODE");
    }

    @Test
    void pointsToNothingWhereAnotherNodeWithdrewTheOtherCode() {
        OtpManager otp = fixture.builder().build();
        otp.send(OtpRequest.to(PHONE).purpose("login"));
        fixture.builder().build().cancel(PHONE, "login");
        log.clear();

        otp.verify(PHONE, "123456");

        assertThat(log.lines())
                .containsExactly("WARN rejected default code of +966•••••4567 [f1e33dfe]: NO_PENDING_CODE");
    }

    @Test
    void pointsToNothingWhereNoOtherCodeIsPending() {
        OtpManager otp = fixture.builder()
                .policy(OtpPolicy.builder().resend(Resend.ROTATE).build())
                .build();
        otp.verify(PHONE, "123456");
        SendResult.Sent replaced = (SendResult.Sent) otp.send(PHONE);
        String code = fixture.sms.lastCode();
        fixture.clock.advance(Duration.ofMinutes(1));
        otp.send(PHONE);
        otp.verify(VerifyRequest.ofChallenge(replaced.challengeId(), code));
        otp.cancel(PHONE, "default");
        otp.verify(PHONE, code);
        otp.send(OtpRequest.to(PHONE).purpose("login"));
        fixture.clock.advance(Duration.ofMinutes(5));
        otp.verify(PHONE, code);

        assertThat(log.lines()).noneMatch(line -> line.contains("is pending"));
    }

    @Test
    void logsEachFailureWithItsProviderCodeAndMisconfigurationAtError() {
        OtpManager otp = fixture.builder().channel(second).build();
        fixture.sms.fails(Kind.MISCONFIGURED);
        second.does(message -> {
            throw new DeliveryException(DeliveryFailure.of("sms-two", Kind.THROTTLED, null, "slow down"));
        });

        otp.send(PHONE);

        assertThat(log.lines())
                .containsExactly(
                        "ERROR channel sms-one failed to deliver default code to +966•••••4567 [f1e33dfe]:"
                                + " MISCONFIGURED 42 no luck",
                        "WARN channel sms-two failed to deliver default code to +966•••••4567 [f1e33dfe]:"
                                + " THROTTLED - slow down",
                        "WARN did not deliver default code to +966•••••4567 [f1e33dfe]: 2 channels failed");
    }

    @Test
    void tellsWhereAChannelThrewWithoutItsWords() {
        OtpManager otp = fixture.builder().build();
        fixture.sms.does(message -> {
            throw new IllegalStateException(message.text());
        });

        otp.send(PHONE);

        assertThat(log.lines()).hasSize(2);
        assertThat(log.lines().get(0))
                .startsWith(
                        "WARN channel sms-one failed to deliver default code to +966•••••4567 [f1e33dfe]: UNCERTAIN -"
                                + " the channel threw java.lang.IllegalStateException at dev.otpkit.OtpManagerLogTest.")
                .doesNotContain(fixture.sms.lastCode());
        assertThat(log.lines().get(1))
                .isEqualTo("INFO may have sent default code to +966•••••4567 [f1e33dfe] over sms-one");
    }

    @Test
    void tellsOfAChallengeThatCouldNotBeTakenBack() {
        OtpManager otp = fixture.builder()
                .store(new ManagerFixture.MapStore() {
                    @Override
                    public StoredRecord compareAndExchange(
                            String key, StoredRecord expected, StoredRecord update, Duration ttl) {
                        if (expected != null) {
                            throw new OtpStoreException("away");
                        }
                        return super.compareAndExchange(key, expected, update, ttl);
                    }
                })
                .build();
        fixture.sms.fails(Kind.UNAVAILABLE);

        otp.send(PHONE);

        assertThat(log.lines())
                .containsExactly(
                        "WARN channel sms-one failed to deliver default code to +966•••••4567 [f1e33dfe]:"
                                + " UNAVAILABLE 42 no luck",
                        "WARN could not take back an undelivered code: default code of +966•••••4567 [f1e33dfe]",
                        "WARN did not deliver default code to +966•••••4567 [f1e33dfe]: 1 channel failed");
    }

    @Test
    void warnsOnceOfATestRecipientWhoseTimeIsOver() {
        OtpManager otp = fixture.builder()
                .testRecipient(PHONE, "default", "424242", ManagerFixture.START)
                .testRecipient(PHONE, "login", "424242", ManagerFixture.START)
                .build();
        log.clear();

        otp.send(PHONE);
        otp.verify(PHONE, wrong(fixture.sms.lastCode()));
        otp.verify(PHONE, fixture.sms.lastCode());
        otp.send(OtpRequest.to(PHONE).purpose("login"));
        otp.send(PHONE);

        assertThat(log.lines().stream().filter(line -> line.contains("test recipient")))
                .containsExactly(
                        "WARN ignoring the test recipient +966•••••4567 for default from now on,"
                                + " whose time was over at " + ManagerFixture.START,
                        "WARN ignoring the test recipient +966•••••4567 for login from now on,"
                                + " whose time was over at " + ManagerFixture.START);
    }

    @Test
    void warnsOfCodesThatLiveLongerThanTheStandardsAdvise() {
        fixture.builder().build();
        assertThat(log.lines()).isEmpty();

        fixture.builder()
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
                .containsExactly("WARN the policy of purpose mail: a code can live PT12M, longer than the PT10M of NIST"
                        + " SP 800-63B-4 and ASVS 6.5.5");
    }

    @Test
    void warnsOfPoliciesUnderWhichAGuessIsLikely() {
        fixture.builder()
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
        return "WARN " + policy + ": an attacker who makes every answered guess, about " + guesses
                + " a day, finds one of 10000 codes with a chance of 1 in " + chance
                + " per day and recipient, above the advised 1 in 1000; use longer codes, fewer attempts,"
                + " or stricter sendLimits or failureLimit";
    }

    @Test
    void warnsOnceIfAnyoneCanMakeItSendToAnyPhoneNumber() {
        OtpManager.builder()
                .store(fixture.store)
                .secret(OtpSecret.of(new byte[32]))
                .channel(fixture.email)
                .channel(fixture.sms)
                .channel(second)
                .build();

        assertThat(log.lines())
                .containsExactly("WARN channel sms-one may send to any phone number of any country, which invites SMS"
                        + " pumping: set recipientFilter, for example Recipients.countries and Recipients.mobile,"
                        + " trafficLimits or sendGuard");
    }

    @Test
    void doesNotWarnOfPumpingIfSomethingRestrictsIt() {
        for (UnaryOperator<OtpManager.Builder> setting : List.<UnaryOperator<OtpManager.Builder>>of(
                builder -> builder.channel(fixture.sms).recipientFilter(Recipients.countries("SA")),
                builder -> builder.channel(fixture.sms).sendGuard(send -> SendGuard.Decision.ALLOW),
                builder -> builder.channel(fixture.sms)
                        .trafficLimits(
                                TrafficLimits.builder().countriesPerClient().build()),
                UnaryOperator.identity())) {
            setting.apply(OtpManager.builder()
                            .store(fixture.store)
                            .secret(OtpSecret.of(new byte[32]))
                            .channel(fixture.email))
                    .build();
        }
        assertThat(log.lines()).isEmpty();

        OtpManager.builder()
                .store(fixture.store)
                .secret(OtpSecret.of(new byte[32]))
                .channel(fixture.sms)
                .developmentMode(true)
                .build();
        assertThat(log.lines())
                .containsExactly("WARN development mode: codes are logged and returned, and nothing is sent");
    }

    @Test
    void saysThatAChannelIsNotTriedForLackOfTime() {
        OtpManager otp = fixture.builder()
                .channel(second)
                .deliveryTimeout(Duration.ofMillis(100))
                .build();
        fixture.sms.does(message -> {
            long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            while (!message.deadline().remaining().isZero() && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            throw new DeliveryException(DeliveryFailure.of("sms-one", Kind.UNAVAILABLE, null, "slow"));
        });

        otp.send(PHONE);

        assertThat(log.lines())
                .containsExactly(
                        "WARN channel sms-one failed to deliver default code to +966•••••4567 [f1e33dfe]:"
                                + " UNAVAILABLE - slow",
                        "WARN channel sms-two is not tried for default code to +966•••••4567 [f1e33dfe]: nothing is"
                                + " left of the deliveryTimeout of PT0.1S",
                        "WARN did not deliver default code to +966•••••4567 [f1e33dfe]: 1 channel failed");
    }

    @Test
    void warnsOfEachTestRecipient() {
        fixture.builder()
                .testRecipient(PHONE, "review", "314159", ManagerFixture.START.plusSeconds(60))
                .build();

        assertThat(log.lines())
                .containsExactly("WARN test recipient +966•••••4567 has a fixed code for purpose review until"
                        + " 2026-03-01T08:01:00Z: guesses at it add up from day to day,"
                        + " and over each renewal of the same code");
    }

    @Test
    @Tag("promise-6")
    void warnsAtEveryStartInDevelopmentModeAndLogsTheCodeInOnePlaceAlone() {
        OtpManager otp = fixture.builder().developmentMode(true).build();

        String code = ((SendResult.Sent) otp.send(PHONE)).developmentCode().orElseThrow();
        otp.verify(PHONE, code);

        assertThat(log.lines())
                .containsExactly(
                        "WARN development mode: codes are logged and returned, and nothing is sent",
                        "INFO the default code for +966•••••4567 is " + code,
                        "DEBUG the default message for +966•••••4567: subject Your Acme code; text Acme: " + code
                                + " is your code. It expires in 5 min. Never share it with anyone.; html none",
                        "INFO sent default code to +966•••••4567 [f1e33dfe] over development",
                        "INFO verified default code of +966•••••4567 [f1e33dfe]");
        assertThat(log.loggersOf(code)).containsOnly("dev.otpkit.development");
        assertThat(fixture.events.toString().replaceAll("PT[0-9.]+S", "PT…S")).doesNotContain(code);
    }

    @Test
    void logsTheWholeMailInDevelopmentMode() {
        OtpManager otp = fixture.builder().developmentMode(true).build();

        OtpMessage message = ((SendResult.Sent) otp.send(ManagerFixture.EMAIL))
                .developmentMessage()
                .orElseThrow();

        assertThat(message.subject()).isEqualTo("Your Acme code");
        assertThat(message.html().orElseThrow()).contains(message.code());
        assertThat(log.lines())
                .contains("DEBUG the default message for u•••@example.com: subject " + message.subject() + "; text "
                        + message.text() + "; html " + message.html().get());
    }

    @Test
    void tellsRecipientsOfTheSameMaskApart() {
        OtpManager otp = fixture.builder().build();
        OtpManager later = fixture.builder().build();
        OtpManager elsewhere = fixture.builder().namespace("other").build();

        otp.send("u1@example.com");
        otp.send("u2@example.com");
        later.verify("u1@example.com", "000000");

        String one = otp.logTag(Recipient.email("u1@example.com"));
        String two = otp.logTag(Recipient.email("u2@example.com"));
        assertThat(one).matches("[0-9a-f]{8}").isNotEqualTo(two);
        assertThat(elsewhere.logTag(Recipient.email("u1@example.com"))).isNotEqualTo(one);
        assertThat(fixture.store.records.keySet())
                .as("nothing by which a log and a dump of the store can be put side by side")
                .noneMatch(key -> HexFormat.of()
                        .formatHex(Base64.getUrlDecoder().decode(key))
                        .contains(one));
        assertThat(log.lines().get(0)).startsWith("INFO sent default code to u•••@example.com [" + one + "]");
        assertThat(log.lines().get(1)).startsWith("INFO sent default code to u•••@example.com [" + two + "]");
        assertThat(log.lines().get(2)).startsWith("WARN rejected default code of u•••@example.com [" + one + "]");
    }

    @Test
    void namesTheLimitThatIsUsedUp() {
        OtpManager otp = fixture.builder()
                .clientSendLimit(RateLimit.of(1, Duration.ofMinutes(10)))
                .policy(OtpPolicy.builder()
                        .sendLimits(RateLimit.of(1, Duration.ofDays(1)))
                        .failureLimit(RateLimit.of(1, Duration.ofHours(1)))
                        .build())
                .build();
        OtpRequest first = OtpRequest.to(PHONE).clientAddress("203.0.113.9");
        otp.send(first);
        log.clear();

        otp.send(OtpRequest.to(ManagerFixture.EMAIL).clientAddress("203.0.113.9"));
        otp.send(PHONE);
        otp.verify(PHONE, wrong(fixture.sms.lastCode()));
        otp.verify(PHONE, wrong(fixture.sms.lastCode()));

        assertThat(log.lines().get(0))
                .startsWith("WARN refused to send default code to u•••@example.com [")
                .endsWith("]: RATE_LIMITED (client, 1 in PT10M), retry after 2026-03-01T08:20:00Z");
        assertThat(log.lines().subList(1, 4))
                .containsExactly(
                        "WARN refused to send default code to +966•••••4567 [f1e33dfe]:"
                                + " RATE_LIMITED (recipient, 1 in PT24H), retry after 2026-03-02T08:00:00Z",
                        "WARN rejected default code of +966•••••4567 [f1e33dfe]: WRONG_CODE",
                        "WARN rejected default code of +966•••••4567 [f1e33dfe]:"
                                + " LOCKED (recipient, 1 in PT1H), retry after 2026-03-01T09:00:00Z");
    }

    @Test
    void logsCancelUnlockAndTheReportsOfProviders() {
        OtpManager otp = fixture.builder().build();

        otp.cancel(PHONE, "login");
        otp.unlock(PHONE);
        otp.report(DeliveryReport.delivered("sms-one", "SM1"));
        DeliveryFailure unreachable = DeliveryFailure.of("sms-one", Kind.RECIPIENT_REJECTED, "30003", "unreachable");
        otp.report(DeliveryReport.failed(DeliveryReport.Status.UNDELIVERED, "SM2\nforged", unreachable));

        assertThat(log.lines())
                .containsExactly(
                        "INFO cancelled pending login codes of +966•••••4567 [f1e33dfe]",
                        "INFO unlocked +966•••••4567 [f1e33dfe]",
                        "INFO channel sms-one reported message id SM1: DELIVERED",
                        "WARN channel sms-one reported message id SM2 forged: UNDELIVERED,"
                                + " RECIPIENT_REJECTED 30003 unreachable");
    }

    @Test
    void logsEachStatusThatIsReadAndEachRecipientThatIsForgotten() {
        OtpManager otp = fixture.builder().build();

        otp.status(PHONE, "login");
        otp.forget(PHONE);

        assertThat(log.lines())
                .containsExactly(
                        "INFO read the status of login codes of +966•••••4567 [f1e33dfe]",
                        "INFO forgot +966•••••4567 [f1e33dfe]");
    }

    @Test
    void logsTheRecipientOfAReportThatNamesAChallenge() {
        OtpManager otp = fixture.builder().build();
        String challenge = ((SendResult.Sent) otp.send(PHONE)).challengeId();
        DeliveryFailure stopped = DeliveryFailure.of("sms-one", Kind.OPTED_OUT, "21610", "stopped");

        otp.report(DeliveryReport.delivered("sms-one", "SM1").forChallenge(challenge));
        otp.report(DeliveryReport.failed(DeliveryReport.Status.FAILED, "SM1", stopped)
                .forChallenge(challenge));
        otp.report(DeliveryReport.failed(DeliveryReport.Status.FAILED, "SM1", stopped)
                .forChallenge(challenge));
        otp.send(PHONE);
        otp.optIn(PHONE, "sms");

        assertThat(log.lines().subList(1, log.lines().size()))
                .containsExactly(
                        "INFO channel sms-one reported message id SM1 with default code to"
                                + " +966•••••4567 [f1e33dfe]: DELIVERED",
                        "INFO +966•••••4567 [f1e33dfe] has opted out of sms: sends over it are refused until optIn",
                        "WARN channel sms-one reported message id SM1 with default code to"
                                + " +966•••••4567 [f1e33dfe]: FAILED, OPTED_OUT 21610 stopped",
                        "WARN channel sms-one reported message id SM1 with default code to"
                                + " +966•••••4567 [f1e33dfe]: FAILED, OPTED_OUT 21610 stopped",
                        "WARN refused to send default code to +966•••••4567 [f1e33dfe]: OPTED_OUT",
                        "INFO opted +966•••••4567 [f1e33dfe] in to sms");
        assertThat(log.lines()).noneMatch(line -> line.contains(challenge));
    }
}
