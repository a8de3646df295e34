package dev.otpkit.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otpkit.OtpManager;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.spi.StoredRecord;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import dev.otpkit.testkit.RecordingChannel;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;

/** The reports of starts that fail because of a setting. */
class OtpFailureTest {
    private static final String SECRET = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private static final String SHORT_SECRET = "c2VjcmV0LXRoYXQtaXMtdG9vLXNob3J0";

    private final ApplicationContextRunner empty =
            new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class));
    private final ApplicationContextRunner contexts =
            empty.withBean(RecordingChannel.class, () -> RecordingChannel.named("test-sms", "sms"));

    private static FailureAnalysis failure(ApplicationContextRunner contexts, String... properties) {
        FailureAnalysis[] found = new FailureAnalysis[1];
        contexts.withPropertyValues(properties).run(context -> {
            assertThat(context).hasFailed();
            found[0] = new OtpSettingFailureAnalyzer().analyze(context.getStartupFailure());
            assertThat(found[0]).as("report of " + context.getStartupFailure()).isNotNull();
        });
        return found[0];
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "otpkit.secret=           | otpkit.secret   | within [32, 1024], but was 0",
                "otpkit.secret=%%%        | otpkit.secret   | Base64 of at least 32 bytes",
                "otpkit.default-region=XX | otpkit.default-region | such as SA, TZ or BD, but was XX",
                "otpkit.allowed-regions=SA,XX | otpkit.allowed-regions | such as SA, TZ or BD, but was XX",
                "otpkit.allowed-regions=  | otpkit.allowed-regions | at least one",
                "otpkit.limits.delivery-timeout=1h | otpkit.limits.delivery-timeout | [PT0.1S, PT10M], but was PT1H",
                "otpkit.messages.basename=no.such.texts | otpkit.messages | bundle no.such.texts was not found",
                "otpkit.messages.origin=https://acme.example | otpkit.messages.origin | but was https://acme.example",
                "otpkit.messages.app-hash=short | otpkit.messages.app-hash | 11 characters of A-Z, a-z, 0-9, + and /",
                "otpkit.policy.length=3   | otpkit.policy.length | within [4, 12], but was 3",
                "otpkit.policy.length=13  | otpkit.policy.length | within [4, 12], but was 13",
                "otpkit.policy.alphabet=0 | otpkit.policy.alphabet | 2 to 67 in number, but are 1",
                "otpkit.policy.alphabet=01 | otpkit.policy | at most 1/1000, but was 5 / 2^6",
                "otpkit.policy.expiry=25h | otpkit.policy.expiry | within (PT0S, PT24H], but was PT25H",
                "otpkit.policy.expiry=0   | otpkit.policy.expiry | within (PT0S, PT24H], but was PT0S",
                "otpkit.policy.max-attempts=11 | otpkit.policy.max-attempts | within [1, 10], but was 11",
                "otpkit.policy.resend-cooldown=-1s | otpkit.policy.resend-cooldown | [PT0S, PT24H], but was PT-1S",
                "otpkit.policies.pay-out.length=99 | otpkit.policies.pay-out.length | within [4, 12], but was 99",
            })
    void namesThePropertyItsRangeAndItsValue(String setting, String property, String reason) {
        FailureAnalysis report = failure(contexts, setting);
        assertThat(report.getDescription())
                .startsWith(property + " is not valid: ")
                .contains(reason);
        assertThat(report.getAction()).isEqualTo("Correct " + property + ".");
    }

    @ParameterizedTest
    @ValueSource(strings = {"otpkit.app-name", "otpkit.namespace"})
    void namesTheNameThatIsTooLong(String property) {
        FailureAnalysis report = failure(contexts, property + "=" + "a".repeat(65));
        assertThat(report.getDescription())
                .startsWith(property + " is not valid: ")
                .contains("1 to 64 characters");
        assertThat(report.getAction()).isEqualTo("Correct " + property + ".");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "otpkit.limits.client-sends",
                "otpkit.limits.client-failures",
                "otpkit.limits.mailbox-sends",
                "otpkit.traffic.in-all",
                "otpkit.traffic.per-country",
                "otpkit.traffic.countries.sa",
                "otpkit.traffic.per-prefix",
                "otpkit.traffic.per-client",
                "otpkit.traffic.countries-per-client",
                "otpkit.policy.send-limits[0]",
                "otpkit.policy.failure-limit",
                "otpkit.policies.login.failure-limit"
            })
    void namesThePartOfALimit(String limit) {
        assertThat(failure(contexts, limit + ".max=0", limit + ".within=1h").getDescription())
                .startsWith(limit + ".max is not valid: ")
                .contains("within [1, 1000000], but was 0");
        assertThat(failure(contexts, limit + ".max=1", limit + ".within=32d").getDescription())
                .startsWith(limit + ".within is not valid: ")
                .contains("within [PT1S, PT744H], but was PT768H");
        assertThat(failure(contexts, limit + ".max=1").getAction())
                .isEqualTo("Set " + limit + ".within, or remove " + limit + ".max.");
        assertThat(failure(contexts, limit + ".within=1h").getAction())
                .isEqualTo("Set " + limit + ".max, or remove " + limit + ".within.");
    }

    @ParameterizedTest
    @CsvSource({
        "otpkit.policy.send-limits, otpkit.policy.send-limits[0]",
        "otpkit.policy.failure-limit, otpkit.policy.failure-limit"
    })
    void namesALimitThatARecipientCannotHave(String property, String limit) {
        assertThat(failure(contexts, limit + ".max=101", limit + ".within=1h").getDescription())
                .startsWith(property + " is not valid: ")
                .contains("within [1, 100], but was 101");
    }

    @Test
    void namesACountryThatIsNone() {
        assertThat(failure(contexts, "otpkit.traffic.countries.xx.max=1", "otpkit.traffic.countries.xx.within=1h")
                        .getDescription())
                .startsWith("otpkit.traffic.countries.xx is not valid: ")
                .contains("ISO 3166");
    }

    @Test
    void namesTheBudgetsIfThereIsNone() {
        assertThat(failure(contexts, "otpkit.traffic.exempt-verified=true").getDescription())
                .startsWith("otpkit.traffic is not valid: ")
                .contains("at least one budget");
    }

    @Test
    void namesTheMessagesIfTwoLinesWouldBeTheLast() {
        assertThat(failure(contexts, "otpkit.messages.origin=acme.example", "otpkit.messages.app-hash=FA+9qCX9VSu")
                        .getDescription())
                .startsWith("otpkit.messages is not valid: ")
                .contains("exclude one another");
    }

    @Test
    void showsNoSecret() {
        FailureAnalysis report = failure(contexts, "otpkit.secret=" + SHORT_SECRET);
        assertThat(report.getDescription())
                .isEqualTo("otpkit.secret is not valid: secret length in bytes must be within [32, 1024], but was 24.");
        FailureAnalysis previous =
                failure(contexts, "otpkit.secret=" + SECRET, "otpkit.previous-secret=" + SHORT_SECRET);
        assertThat(previous.getDescription())
                .isEqualTo("otpkit.previous-secret is not valid: secret length in bytes must be within [32, 1024],"
                        + " but was 24.");
        assertThat(previous.getCause()).hasNoCause();
    }

    @Test
    void namesTheSecretBesideAPreviousOne() {
        assertThat(failure(contexts, "otpkit.previous-secret=" + SECRET).getAction())
                .isEqualTo("Set otpkit.secret, or remove otpkit.previous-secret.");
    }

    @Test
    void namesTheSecretOfASharedStore() {
        FailureAnalysis report =
                failure(contexts.withBean(OtpStore.class, () -> new SharedStore(CaffeineOtpStore.create())));
        assertThat(report.getDescription()).contains("secret must be set, since other processes can see the store");
        assertThat(report.getAction()).startsWith("Set otpkit.secret to the output of \"openssl rand -base64 32\"");
    }

    @Test
    void namesTheChannels() {
        FailureAnalysis report = failure(empty);
        assertThat(report.getDescription()).contains("channel must be set at least once");
        assertThat(report.getAction())
                .contains(
                        "otpkit.twilio.*",
                        "otpkit.smtp.*",
                        "spring.mail.*",
                        "otpkit.gmail.*",
                        "otpkit.mshastra.*",
                        "DeliveryChannel",
                        "otpkit.development-mode=true");
    }

    @Test
    void namesTheChannelThatIsNotThere() {
        FailureAnalysis report = failure(contexts, "otpkit.channels=test-sms,email");
        assertThat(report.getDescription())
                .isEqualTo("otpkit.channels must be names or media of channels, but has email."
                        + " The channels are: test-sms (sms).");
        assertThat(report.getAction()).contains("otpkit.channels");
        assertThat(failure(empty, "otpkit.channels=email").getDescription()).endsWith("There is no channel.");
    }

    @Test
    void namesTheStoreThatIsNotThere() {
        FailureAnalysis report = failure(contexts, "otpkit.store=redis");
        assertThat(report.getDescription()).contains("store must be set");
        assertThat(report.getAction()).startsWith("otpkit.store is redis: add otp-store-redis");
    }

    @Test
    void namesTheStoreThatIsNotOnTheClassPath() {
        FailureAnalysis report = failure(contexts.withClassLoader(new FilteredClassLoader(CaffeineOtpStore.class)));
        assertThat(report.getAction()).startsWith("otpkit.store is caffeine: add otp-store-caffeine");
    }

    @Test
    void namesTheNameOfTheApplication() {
        FailureAnalysis report = failure(contexts, "spring.application.name=" + "a".repeat(65));
        assertThat(report.getDescription())
                .startsWith("spring.application.name")
                .contains("1 to 64 characters");
        assertThat(report.getAction()).isEqualTo("Set otpkit.app-name.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"prod", "PRODUCTION", "prd", "live", "eu-prod-1"})
    void refusesDevelopmentModeUnderAProfileOfProduction(String profile) {
        FailureAnalysis report = failure(
                empty.withInitializer(context -> context.getEnvironment().setActiveProfiles("web", profile)),
                "otpkit.development-mode=true");
        assertThat(report.getDescription())
                .contains("otpkit.development-mode", "profile " + profile + " ", "names production");
        assertThat(report.getAction()).contains("otpkit.development-mode");
    }

    @Test
    void refusesDevelopmentModeUnderADefaultProfileOfProduction() {
        ApplicationContextRunner production =
                empty.withInitializer(context -> context.getEnvironment().setDefaultProfiles("prod"));
        assertThat(failure(production, "otpkit.development-mode=true").getDescription())
                .contains("profile prod ");
        production
                .withInitializer(context -> context.getEnvironment().setActiveProfiles("dev"))
                .withPropertyValues("otpkit.development-mode=true")
                .run(context -> assertThat(context).hasSingleBean(OtpManager.class));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--spring.profiles.active=web,prod",
                "--spring.profiles.include=prod",
                "--spring.profiles.default=prod",
                "--spring.profiles.active=cluster --spring.profiles.group.cluster=prod"
            })
    void refusesDevelopmentModeHoweverTheProfileOfProductionWasChosen(String arguments) {
        SpringApplication application = new SpringApplication(ManagerAlone.class);
        application.setRegisterShutdownHook(false);
        application.setBannerMode(Banner.Mode.OFF);
        application.setWebApplicationType(WebApplicationType.NONE);
        assertThatThrownBy(() -> application.run((arguments + " --otpkit.development-mode=true").split(" ")))
                .rootCause()
                .isInstanceOf(OtpSettingException.class)
                .hasMessageContaining("profile prod ");
    }

    @Test
    void theReportIsThatOfSpringBoot() {
        assertThat(SpringFactoriesLoader.forDefaultResourceLocation()
                        .load(FailureAnalyzer.class, FailureHandler.handleMessage((message, cause) -> {})))
                .hasAtLeastOneElementOfType(OtpSettingFailureAnalyzer.class);
    }

    @Test
    void runsInProductionWithoutDevelopmentMode() {
        contexts.withInitializer(context -> context.getEnvironment().setActiveProfiles("prod"))
                .run(context -> assertThat(context).hasSingleBean(OtpManager.class));
    }

    @Test
    void namesTheTestRecipient() {
        String test = "otpkit.test-recipients[0]";
        String until = test + ".until=" + Instant.now().plus(1, ChronoUnit.DAYS);
        FailureAnalysis address = failure(contexts, test + ".address=0501234567", test + ".code=246810", until);
        assertThat(address.getDescription())
                .startsWith(test + ".address is not valid: ")
                .doesNotContain("0501234567");
        assertThat(address.getAction()).contains("otpkit.default-region");
        assertThat(failure(contexts, test + ".address=user@example.com", until).getAction())
                .isEqualTo("Set " + test + ".address, " + test + ".code and " + test + ".until.");
        FailureAnalysis code = failure(contexts, test + ".address=user@example.com", test + ".code=24681", until);
        assertThat(code.getDescription())
                .contains("code of test recipient")
                .doesNotContain("24681")
                .doesNotContain("user@");
        assertThat(code.getAction()).contains("otpkit.test-recipients");
        FailureAnalysis late = failure(
                contexts,
                test + ".address=user@example.com",
                test + ".code=246810",
                test + ".until=" + Instant.now().plus(91, ChronoUnit.DAYS));
        assertThat(late.getDescription()).contains("until of test recipient").doesNotContain("246810");
        assertThat(failure(
                                contexts,
                                test + ".address=user@example.com",
                                test + ".code=246810",
                                test + ".purpose=" + "a".repeat(65),
                                until)
                        .getDescription())
                .startsWith(test + ".purpose is not valid: ");
    }

    @Test
    void leavesOtherFailuresAlone() {
        contexts.withBean(
                        OtpManagerBuilderCustomizer.class, () -> builder -> builder.generator((policy, random) -> "1"))
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(IllegalStateException.class)
                        .isNotInstanceOf(OtpSettingException.class));
    }

    @Test
    void secretsAreWellFormed() {
        assertThat(Base64.getDecoder().decode(SECRET)).hasSize(32);
    }

    /** An application with the manager and nothing else. */
    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(OtpAutoConfiguration.class)
    static class ManagerAlone {}

    /** A store that other processes can see. */
    private record SharedStore(OtpStore store) implements OtpStore {
        @Override
        public @Nullable StoredRecord get(String key) {
            return store.get(key);
        }

        @Override
        public @Nullable StoredRecord compareAndExchange(
                String key, @Nullable StoredRecord expected, @Nullable StoredRecord update, Duration ttl) {
            return store.compareAndExchange(key, expected, update, ttl);
        }

        @Override
        public long increment(String counter, long delta, Duration ttl) {
            return store.increment(counter, delta, ttl);
        }

        @Override
        public boolean isShared() {
            return true;
        }
    }
}
