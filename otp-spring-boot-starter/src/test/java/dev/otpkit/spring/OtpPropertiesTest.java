package dev.otpkit.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpRequest;
import dev.otpkit.SendResult;
import dev.otpkit.SendResult.Refused.Reason;
import dev.otpkit.VerifyRequest;
import dev.otpkit.VerifyResult.Rejected;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import dev.otpkit.testkit.MutableClock;
import dev.otpkit.testkit.RecordingChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The effect of each property on the manager. */
class OtpPropertiesTest {
    private static final String SAUDI = "+966501234567";
    private static final String SAUDI_NEIGHBOUR = "+966501234568";
    private static final String SAUDI_OTHER = "+966551112222";
    private static final String EMIRATI = "+971501234567";
    private static final String SAUDI_LANDLINE = "+966112345678";
    private static final String MAIL = "user@example.com";
    private static final String CLIENT = "192.0.2.1";
    private static final String OTHER_CLIENT = "192.0.2.2";

    private final RecordingChannel sms = RecordingChannel.named("test-sms", "sms");
    private final RecordingChannel whatsApp = RecordingChannel.named("test-whatsapp", "whatsapp");
    private final RecordingChannel email = RecordingChannel.email();
    private final MutableClock clock = MutableClock.create();
    private final CaffeineOtpStore store = CaffeineOtpStore.create();
    private final ApplicationContextRunner contexts = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class))
            .withBean(MutableClock.class, () -> clock)
            .withBean(CaffeineOtpStore.class, () -> store)
            .withBean("sms", RecordingChannel.class, () -> sms)
            .withBean("whatsApp", RecordingChannel.class, () -> whatsApp)
            .withBean("email", RecordingChannel.class, () -> email);

    private void with(String properties, Consumer<OtpManager> test) {
        contexts.withPropertyValues("otpkit.secret=" + secret(1))
                .withPropertyValues(properties.split(" "))
                .run(context -> test.accept(context.getBean(OtpManager.class)));
    }

    private static String secret(int fill) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) fill);
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static SendResult.Sent sent(SendResult result) {
        assertThat(result).isInstanceOf(SendResult.Sent.class);
        return (SendResult.Sent) result;
    }

    private static void assertRefused(SendResult result, Reason reason) {
        assertThat(result)
                .isInstanceOfSatisfying(
                        SendResult.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(reason));
    }

    private static OtpRequest from(String client, String address) {
        return OtpRequest.to(address).clientAddress(client);
    }

    private Rejected guessWrong(OtpManager otp, String address) {
        return (Rejected) otp.verify(VerifyRequest.of(address, sms.wrongCode()).clientAddress(CLIENT));
    }

    @Test
    void appNameIsInMessages() {
        with("otpkit.app-name=Acme spring.application.name=acme-backend", otp -> {
            otp.send(SAUDI);
            assertThat(sms.last().text()).contains("Acme").doesNotContain("acme-backend");
        });
    }

    @Test
    void appNameIsByDefaultThatOfTheApplication() {
        with("spring.application.name=acme-backend", otp -> {
            otp.send(SAUDI);
            assertThat(sms.last().text()).contains("acme-backend");
        });
    }

    @Test
    void appNameIsByDefaultThatOfTheManagerWithoutAnApplicationName() {
        with("spring.application.name=", otp -> {
            otp.send(SAUDI);
            assertThat(sms.last().text()).contains("OTP");
        });
    }

    /** Such as {@code otpkit.previous-secret=${OTP_PREVIOUS_SECRET:}} between two changes of the secret. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "app-name",
                "previous-secret",
                "namespace",
                "default-region",
                "messages.basename",
                "messages.origin",
                "messages.app-hash",
                "policy.alphabet"
            })
    void aBlankValueCountsAsNone(String property) {
        contexts.withPropertyValues("spring.application.name=acme-backend", "otpkit." + property + "= ")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    context.getBean(OtpManager.class).send(SAUDI);
                    assertThat(sms.last().text()).contains("acme-backend").containsPattern("[0-9]{6}");
                });
    }

    @Test
    void secretIsSharedByInstances() {
        with("", otp -> otp.send(SAUDI));
        with(
                "otpkit.secret=" + secret(2),
                other -> assertThat(other.verify(SAUDI, sms.lastCode()).isVerified())
                        .isFalse());
        with(
                "",
                other -> assertThat(other.verify(SAUDI, sms.lastCode()).isVerified())
                        .isTrue());
    }

    @Test
    void previousSecretStillVerifies() {
        with("", otp -> otp.send(SAUDI));
        with(
                "otpkit.secret=" + secret(2) + " otpkit.previous-secret=" + secret(1),
                other -> assertThat(other.verify(SAUDI, sms.lastCode()).isVerified())
                        .isTrue());
    }

    @Test
    void namespaceSeparates() {
        with("otpkit.namespace=one", otp -> otp.send(SAUDI));
        with(
                "otpkit.namespace=two",
                other -> assertThat(other.verify(SAUDI, sms.lastCode()).isVerified())
                        .isFalse());
    }

    @Test
    void defaultRegionCompletesANumber() {
        with(
                "otpkit.default-region=sa",
                otp -> assertThat(sent(otp.send("050 123 4567")).recipient())
                        .hasToString(sent(otp.send(OtpRequest.to(SAUDI).purpose("other")))
                                .recipient()
                                .toString()));
        with("", otp -> assertRefused(otp.send("050 123 4567"), Reason.INVALID_RECIPIENT));
    }

    @Test
    void allowedRegionsAreTheOnlyOnes() {
        with("otpkit.allowed-regions=BD,SA", otp -> {
            sent(otp.send(SAUDI));
            sent(otp.send(MAIL));
            sent(otp.send(SAUDI_LANDLINE));
            assertRefused(otp.send(EMIRATI), Reason.NOT_ALLOWED);
        });
    }

    @Test
    void mobileOnlyRefusesLandlines() {
        with("otpkit.mobile-only=true", otp -> {
            sent(otp.send(EMIRATI));
            assertRefused(otp.send(SAUDI_LANDLINE), Reason.NOT_ALLOWED);
        });
    }

    @Test
    void allowedRegionsAndMobileOnlyBothApply() {
        with("otpkit.mobile-only=true otpkit.allowed-regions=SA", otp -> {
            sent(otp.send(SAUDI));
            assertRefused(otp.send(SAUDI_LANDLINE), Reason.NOT_ALLOWED);
            assertRefused(otp.send(EMIRATI), Reason.NOT_ALLOWED);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "'', test-sms",
        "test-sms, test-sms",
        "test-whatsapp, test-whatsapp",
        "whatsapp, test-whatsapp",
        "'email,whatsapp,sms', test-whatsapp",
        "'email', test-sms"
    })
    void channelsAreTriedInTheOrderOfTheirNamesOrMedia(String order, String first) {
        with(
                "otpkit.channels=" + order,
                otp -> assertThat(sent(otp.send(SAUDI)).channel()).isEqualTo(first));
    }

    @Test
    void channelsThatTheOrderDoesNotNameFollow() {
        sms.failWith(Kind.UNAVAILABLE);
        with(
                "otpkit.channels=sms",
                otp -> assertThat(sent(otp.send(SAUDI)).channel()).isEqualTo("test-whatsapp"));
    }

    @Test
    void channelsMayBeAbsentInDevelopmentMode() {
        with(
                "otpkit.channels=twilio-sms otpkit.development-mode=true",
                otp -> assertThat(sent(otp.send(SAUDI)).developmentCode()).isPresent());
    }

    @Test
    void clientSendsAreLimited() {
        with("otpkit.limits.client-sends.max=1 otpkit.limits.client-sends.within=1h", otp -> {
            sent(otp.send(from(CLIENT, SAUDI)));
            assertRefused(otp.send(from(CLIENT, SAUDI_OTHER)), Reason.RATE_LIMITED);
            sent(otp.send(from(OTHER_CLIENT, SAUDI_OTHER)));
        });
    }

    @Test
    void clientFailuresAreLimited() {
        with("otpkit.limits.client-failures.max=1 otpkit.limits.client-failures.within=1h", otp -> {
            otp.send(SAUDI);
            assertThat(guessWrong(otp, SAUDI).reason()).isEqualTo(Rejected.Reason.WRONG_CODE);
            assertThat(guessWrong(otp, SAUDI).reason()).isEqualTo(Rejected.Reason.RATE_LIMITED);
        });
    }

    @Test
    void mailboxSendsAreLimited() {
        with("otpkit.limits.mailbox-sends.max=1 otpkit.limits.mailbox-sends.within=1h", otp -> {
            sent(otp.send("user+1@gmail.com"));
            assertRefused(otp.send("user+2@gmail.com"), Reason.RATE_LIMITED);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"3", "3s", "3000ms"})
    void deliveryTimeoutIsTheDeadlineInSeconds(String timeout) {
        with("otpkit.limits.delivery-timeout=" + timeout, otp -> {
            otp.send(SAUDI);
            assertThat(sms.last().deadline().remaining()).isLessThanOrEqualTo(Duration.ofSeconds(3));
        });
    }

    @Test
    void trafficInAllIsABudget() {
        with("otpkit.traffic.in-all.max=1 otpkit.traffic.in-all.within=1d", otp -> {
            sent(otp.send(SAUDI));
            assertRefused(otp.send(EMIRATI), Reason.TRAFFIC_LIMITED);
        });
    }

    @Test
    void trafficPerCountryIsABudgetOfEachCountryWithoutOne() {
        with(
                "otpkit.traffic.per-country.max=1 otpkit.traffic.per-country.within=1d"
                        + " otpkit.traffic.countries.sa.max=2 otpkit.traffic.countries.sa.within=1d",
                otp -> {
                    sent(otp.send(EMIRATI));
                    assertRefused(otp.send("+971501234568"), Reason.TRAFFIC_LIMITED);
                    sent(otp.send(SAUDI));
                    sent(otp.send(SAUDI_OTHER));
                    assertRefused(otp.send(SAUDI_NEIGHBOUR), Reason.TRAFFIC_LIMITED);
                });
    }

    @Test
    void trafficPerPrefixIsABudget() {
        with("otpkit.traffic.per-prefix.max=1 otpkit.traffic.per-prefix.within=1d", otp -> {
            sent(otp.send(SAUDI));
            sent(otp.send(SAUDI_OTHER));
            assertRefused(otp.send(SAUDI_NEIGHBOUR), Reason.TRAFFIC_LIMITED);
        });
    }

    @Test
    void trafficPerClientIsABudget() {
        with("otpkit.traffic.per-client.max=1 otpkit.traffic.per-client.within=1d", otp -> {
            sent(otp.send(from(CLIENT, SAUDI)));
            assertRefused(otp.send(from(CLIENT, SAUDI_OTHER)), Reason.TRAFFIC_LIMITED);
            sent(otp.send(from(OTHER_CLIENT, SAUDI_OTHER)));
        });
    }

    @Test
    void trafficCountriesPerClientAreABudget() {
        with("otpkit.traffic.countries-per-client.max=1 otpkit.traffic.countries-per-client.within=1d", otp -> {
            sent(otp.send(from(CLIENT, SAUDI)));
            sent(otp.send(from(CLIENT, SAUDI_OTHER)));
            assertRefused(otp.send(from(CLIENT, EMIRATI)), Reason.TRAFFIC_LIMITED);
        });
    }

    @Test
    void trafficConversionIsRecordedOrEnforced() {
        with(
                "otpkit.traffic.conversion=record",
                otp -> assertThat(fourthSend(otp).isSent()).isTrue());
        with(
                "otpkit.traffic.conversion=enforce otpkit.namespace=enforced",
                otp -> assertRefused(fourthSend(otp), Reason.TRAFFIC_LIMITED));
    }

    /** Sends one more message to a country within an hour than are usual without a verified code. */
    private static SendResult fourthSend(OtpManager otp) {
        sent(otp.send(SAUDI));
        sent(otp.send(SAUDI_NEIGHBOUR));
        sent(otp.send(SAUDI_OTHER));
        return otp.send("+966531112222");
    }

    @Test
    void trafficExemptsVerifiedRecipientsIfWanted() {
        String one = "otpkit.traffic.per-country.max=1 otpkit.traffic.per-country.within=1d";
        with(one + " otpkit.traffic.exempt-verified=true", otp -> {
            otp.send(SAUDI);
            assertThat(otp.verify(SAUDI, sms.lastCode()).isVerified()).isTrue();
            sent(otp.send(SAUDI));
        });
        with(one + " otpkit.namespace=not-exempt", otp -> {
            otp.send(SAUDI);
            assertThat(otp.verify(SAUDI, sms.lastCode()).isVerified()).isTrue();
            assertRefused(otp.send(SAUDI), Reason.TRAFFIC_LIMITED);
        });
    }

    @Test
    void messagesBasenameReplacesTexts() {
        with("otpkit.messages.basename=dev.otpkit.spring.texts otpkit.app-name=Acme", otp -> {
            otp.send(SAUDI);
            assertThat(sms.last().text()).isEqualTo(sms.lastCode() + " opens Acme");
        });
    }

    @Test
    void messagesOriginIsTheLastLine() {
        with("otpkit.messages.origin=acme.example", otp -> {
            otp.send(SAUDI);
            assertThat(sms.last().text()).endsWith("\n@acme.example #" + sms.lastCode());
        });
    }

    @Test
    void messagesAppHashIsTheLastLine() {
        with("otpkit.messages.app-hash=FA+9qCX9VSu", otp -> {
            otp.send(SAUDI);
            assertThat(sms.last().text()).endsWith("\nFA+9qCX9VSu");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "otpkit.policy.length=8, [0-9]{8}",
        "otpkit.policy.alphabet=digits, [0-9]{6}",
        "otpkit.policy.length=12 otpkit.policy.alphabet=Unambiguous, (?=.*[B-Z])[2-9B-Z]{12}",
        "otpkit.policy.alphabet=ABCDEFGHIJ, [A-J]{6}",
    })
    void policyMakesTheCode(String property, String pattern) {
        with(property, otp -> {
            otp.send(SAUDI);
            assertThat(sms.lastCode()).matches(pattern);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"120", "2m"})
    void policyExpiryIsInSeconds(String expiry) {
        with(
                "otpkit.policy.expiry=" + expiry,
                otp -> assertThat(sent(otp.send(SAUDI)).expiresAt())
                        .isEqualTo(clock.instant().plusSeconds(120)));
    }

    @Test
    void policyMaxAttemptsAreCounted() {
        with("otpkit.policy.max-attempts=3", otp -> {
            otp.send(SAUDI);
            assertThat(guessWrong(otp, SAUDI).attemptsLeft()).hasValue(2);
        });
    }

    @ParameterizedTest
    @CsvSource({"reuse, true", "rotate, false"})
    void policyResendRepeatsOrReplacesTheCode(String resend, boolean same) {
        with("otpkit.policy.length=12 otpkit.policy.resend=" + resend, otp -> {
            otp.send(SAUDI);
            String first = sms.lastCode();
            clock.advance(Duration.ofSeconds(30));
            otp.send(SAUDI);
            assertThat(sms.lastCode().equals(first)).isEqualTo(same);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "7s"})
    void policyResendCooldownIsInSeconds(String cooldown) {
        with(
                "otpkit.policy.resend-cooldown=" + cooldown,
                otp -> assertThat(sent(otp.send(SAUDI)).resendAfter())
                        .isEqualTo(clock.instant().plusSeconds(7)));
    }

    @Test
    void policySendLimitsAllApply() {
        with(
                "otpkit.policy.resend-cooldown=0"
                        + " otpkit.policy.send-limits[0].max=2 otpkit.policy.send-limits[0].within=60"
                        + " otpkit.policy.send-limits[1].max=3 otpkit.policy.send-limits[1].within=1h",
                otp -> {
                    sent(otp.send(SAUDI));
                    sent(otp.send(SAUDI));
                    assertRefused(otp.send(SAUDI), Reason.RATE_LIMITED);
                    clock.advance(Duration.ofMinutes(1));
                    sent(otp.send(SAUDI));
                    assertRefused(otp.send(SAUDI), Reason.RATE_LIMITED);
                    clock.advance(Duration.ofMinutes(1));
                    assertRefused(otp.send(SAUDI), Reason.RATE_LIMITED);
                });
    }

    @Test
    void policyFailureLimitLocks() {
        with("otpkit.policy.failure-limit.max=1 otpkit.policy.failure-limit.within=1h", otp -> {
            otp.send(SAUDI);
            guessWrong(otp, SAUDI);
            assertThat(guessWrong(otp, SAUDI).reason()).isEqualTo(Rejected.Reason.LOCKED);
        });
    }

    @Test
    void policiesOfPurposesInheritFromThePolicy() {
        with(
                "otpkit.policy.length=8 otpkit.policy.expiry=2m otpkit.policies.pay-out.expiry=1m"
                        + " otpkit.policies.pay-out.max-attempts=2 otpkit.policies.login.length=7",
                otp -> {
                    SendResult.Sent general = sent(otp.send(MAIL));
                    assertThat(email.lastCode()).hasSize(8);
                    assertThat(general.expiresAt()).isEqualTo(clock.instant().plusSeconds(120));
                    SendResult.Sent payOut = sent(otp.send(OtpRequest.to(SAUDI).purpose("pay-out")));
                    assertThat(sms.lastCode()).hasSize(8);
                    assertThat(payOut.expiresAt()).isEqualTo(clock.instant().plusSeconds(60));
                    Rejected wrong = (Rejected)
                            otp.verify(VerifyRequest.of(SAUDI, sms.wrongCode()).purpose("pay-out"));
                    assertThat(wrong.attemptsLeft()).hasValue(1);
                    SendResult.Sent login = sent(otp.send(OtpRequest.to(EMIRATI).purpose("login")));
                    assertThat(sms.lastCode()).hasSize(7);
                    assertThat(login.expiresAt()).isEqualTo(clock.instant().plusSeconds(120));
                });
    }

    @Test
    void testRecipientsHaveTheirCode() {
        String until = clock.instant().plus(Duration.ofDays(30)).toString();
        with(
                "otpkit.default-region=SA otpkit.test-recipients[0].address=0501234567"
                        + " otpkit.test-recipients[0].code=246810 otpkit.test-recipients[0].until=" + until
                        + " otpkit.test-recipients[1].address=user@example.com otpkit.test-recipients[1].purpose=login"
                        + " otpkit.test-recipients[1].code=135791 otpkit.test-recipients[1].until=" + until,
                otp -> {
                    otp.send(SAUDI);
                    assertThat(otp.verify(SAUDI, "246810").isVerified()).isTrue();
                    otp.send(OtpRequest.to(MAIL).purpose("login"));
                    assertThat(otp.verify(VerifyRequest.of(MAIL, "135791").purpose("login"))
                                    .isVerified())
                            .isTrue();
                    assertThat(sms.messages()).isEmpty();
                });
    }
}
