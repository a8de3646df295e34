package dev.otpkit.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpPolicy;
import dev.otpkit.OtpSecret;
import dev.otpkit.channel.twilio.TwilioStatusCallback;
import dev.otpkit.spring.OtpChannelAutoConfiguration;
import dev.otpkit.testkit.FaultyStore;
import dev.otpkit.testkit.RecordingChannel;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.annotation.ReflectiveRuntimeHintsRegistrar;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.servlet.DispatcherServlet;

class OtpWebAutoConfigurationTest {
    private static final AutoConfigurations TESTED =
            AutoConfigurations.of(OtpChannelAutoConfiguration.class, OtpWebAutoConfiguration.class);
    private static final String ENABLED = "otpkit.web.enabled=true";
    private static final String TOKEN = "otpkit.twilio.auth-token=fake-token";
    private static final String CALLBACK = "otpkit.web.twilio.public-url=https://acme.example/otp/webhooks/twilio";

    private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
            .withConfiguration(TESTED)
            .withBean(OtpManager.class, OtpWebAutoConfigurationTest::manager);

    private static OtpManager manager() {
        return OtpManager.builder()
                .appName("Acme")
                .secret(OtpSecret.random())
                .store(FaultyStore.create())
                .channel(RecordingChannel.email())
                .build();
    }

    @Test
    void thereAreNoEndpointsUnlessTheyAreSwitchedOn() {
        runner.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(OtpEndpoints.class));
        runner.withPropertyValues("otpkit.web.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(OtpEndpoints.class));
        runner.withPropertyValues(ENABLED)
                .run(context -> assertThat(context)
                        .hasSingleBean(OtpEndpoints.class)
                        .hasSingleBean(BoundedBodies.class)
                        .doesNotHaveBean(TwilioReportEndpoint.class));
    }

    @Test
    void thereAreNoEndpointsWithoutSpringMvc() {
        runner.withPropertyValues(ENABLED)
                .withClassLoader(new FilteredClassLoader(DispatcherServlet.class))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(OtpEndpoints.class));
        new ReactiveWebApplicationContextRunner()
                .withConfiguration(TESTED)
                .withPropertyValues(ENABLED)
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(OtpEndpoints.class));
        new ApplicationContextRunner()
                .withConfiguration(TESTED)
                .withPropertyValues(ENABLED)
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(OtpEndpoints.class));
    }

    @Test
    void reportsOfTwilioNeedItsChannelTheTokenAndTheUrl() {
        runner.withPropertyValues(ENABLED, TOKEN, CALLBACK)
                .run(context -> assertThat(context).hasSingleBean(TwilioReportEndpoint.class));
        runner.withPropertyValues(ENABLED, CALLBACK)
                .run(context -> assertThat(context).doesNotHaveBean(TwilioReportEndpoint.class));
        runner.withPropertyValues(ENABLED, TOKEN)
                .run(context -> assertThat(context).doesNotHaveBean(TwilioReportEndpoint.class));
        runner.withPropertyValues(TOKEN, CALLBACK)
                .run(context -> assertThat(context).doesNotHaveBean(TwilioReportEndpoint.class));
        runner.withPropertyValues(ENABLED, TOKEN, CALLBACK)
                .withClassLoader(new FilteredClassLoader(TwilioStatusCallback.class))
                .run(context -> assertThat(context)
                        .hasSingleBean(OtpEndpoints.class)
                        .doesNotHaveBean(TwilioReportEndpoint.class));
    }

    /** As a variable that is not set leaves it: otpkit.twilio.auth-token=${TWILIO_TOKEN:}. */
    @Test
    void aBlankValueOfTwilioCountsAsNone() {
        runner.withPropertyValues(ENABLED, "otpkit.twilio.auth-token= ", CALLBACK)
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(TwilioReportEndpoint.class));
        runner.withPropertyValues(ENABLED, TOKEN, "otpkit.web.twilio.public-url=")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(TwilioReportEndpoint.class));
        runner.withPropertyValues(ENABLED, TOKEN, CALLBACK, "otpkit.web.twilio.previous-auth-token=")
                .run(context -> assertThat(context).hasSingleBean(TwilioReportEndpoint.class));
        runner.withPropertyValues(ENABLED, TOKEN, CALLBACK, "otpkit.web.twilio.previous-auth-token= ")
                .run(context -> assertThat(context).hasSingleBean(TwilioReportEndpoint.class));
    }

    @Test
    void aReaderOfReportsOfTheApplicationWins() {
        TwilioStatusCallback own = TwilioStatusCallback.builder()
                .authToken("fake-other-token")
                .publicUrl(URI.create("https://acme.example/otp/webhooks/twilio"))
                .build();
        runner.withPropertyValues(ENABLED, TOKEN, CALLBACK)
                .withBean(TwilioStatusCallback.class, () -> own)
                .run(context -> assertThat(context)
                        .hasSingleBean(TwilioReportEndpoint.class)
                        .getBean(TwilioStatusCallback.class)
                        .isSameAs(own));
    }

    @ParameterizedTest
    @MethodSource("mistakesWithTwilio")
    void aMistakeWithTwilioIsNamedAtTheStart(String property, String message) {
        runner.withPropertyValues(ENABLED, TOKEN, CALLBACK, property)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageStartingWith(message)
                        .hasMessageNotContaining("fake token"));
    }

    static Stream<String[]> mistakesWithTwilio() {
        return Stream.of(
                new String[] {
                    "otpkit.web.twilio.public-url=http://acme.example/otp/webhooks/twilio",
                    "otpkit.web.twilio.public-url must "
                },
                new String[] {"otpkit.twilio.auth-token=fake token", "otpkit.twilio.auth-token must "},
                new String[] {
                    "otpkit.web.twilio.previous-auth-token=fake token", "otpkit.web.twilio.previous-auth-token must "
                });
    }

    /** The phone number has its country code, as it must without a region. */
    @Test
    void aBlankRegionCountsAsNone() {
        runner.withPropertyValues(ENABLED, "otpkit.default-region=").run(context -> {
            MockHttpServletRequest http = new MockHttpServletRequest();
            WebMessages.Send body = new WebMessages.Send("+966501234567", null, null, null, null, null);

            assertThat(context.getBean(OtpEndpoints.class)
                            .send(body, http)
                            .getStatusCode()
                            .value())
                    .as("no channel for phone numbers")
                    .isEqualTo(422);
        });
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeIsNamedAtTheStart(String property, String message) {
        runner.withPropertyValues(ENABLED, property)
                .run(context -> assertThat(context).getFailure().rootCause().hasMessage(message));
    }

    static Stream<String[]> mistakes() {
        String path = "otpkit.web.base-path must begin with / and not end with it, and have letters, digits and"
                + " . _ ~ - only, but was ";
        return Stream.of(
                new String[] {"otpkit.web.base-path=otp", path + "otp"},
                new String[] {"otpkit.web.base-path=/otp/", path + "/otp/"},
                new String[] {"otpkit.web.base-path=/{x}", path + "/{x}"},
                new String[] {"otpkit.web.purposes=", "otpkit.web.purposes must have at least one purpose"},
                new String[] {
                    "otpkit.web.purposes[0]=" + "p".repeat(65),
                    "otpkit.web.purposes: purpose must have 1 to 64 characters and not be blank, but has 65"
                },
                new String[] {
                    "otpkit.web.purposes[0]=log\tin",
                    "otpkit.web.purposes: purpose must have no control characters, line ends, direction marks or lone"
                            + " surrogates"
                },
                new String[] {
                    "otpkit.web.details=amount,Payee",
                    "otpkit.web.details: name of detail must have 1 to 32 characters of a-z, 0-9 and _"
                },
                new String[] {
                    "otpkit.web.details=code",
                    "otpkit.web.details: name of detail must not be code, app or minutes, which stand for other values,"
                            + " but was code"
                });
    }

    @Test
    void standInsLiveAsLongAsCodes() {
        MockEnvironment environment = new MockEnvironment();
        OtpPolicy defaults = OtpPolicy.defaults();
        StandInLifetimes plain = StandInLifetimes.from(environment);
        assertThat(plain.expiry("login")).isEqualTo(defaults.expiry());
        assertThat(plain.resendCooldown("login")).isEqualTo(defaults.resendCooldown());
        assertThat(plain.maxAttempts("login")).isEqualTo(defaults.maxAttempts());

        environment
                .withProperty("otpkit.policy.expiry", "120")
                .withProperty("otpkit.policy.max-attempts", "4")
                .withProperty("otpkit.policies.login.expiry", "3m")
                .withProperty("otpkit.policies.login.resend-cooldown", "10s")
                .withProperty("otpkit.policies.login.length", "8");
        StandInLifetimes set = StandInLifetimes.from(environment);
        assertThat(set.expiry("login")).isEqualTo(Duration.ofMinutes(3));
        assertThat(set.resendCooldown("login")).isEqualTo(Duration.ofSeconds(10));
        assertThat(set.maxAttempts("login")).isEqualTo(4);
        assertThat(set.expiry("payment")).isEqualTo(Duration.ofMinutes(2));
        assertThat(set.resendCooldown("payment")).isEqualTo(defaults.resendCooldown());
    }

    @Test
    void aNativeImageKeepsTheJsonAndTheLifetimes() {
        RuntimeHints hints = new RuntimeHints();

        new ReflectiveRuntimeHintsRegistrar().registerRuntimeHints(hints, OtpEndpoints.class);

        Stream<Class<?>> types = Stream.concat(
                Arrays.stream(WebMessages.class.getDeclaredClasses()), Stream.of(StandInLifetimes.Lifetime.class));
        assertThat(types)
                .hasSize(8)
                .allSatisfy(type -> assertThat(RuntimeHintsPredicates.reflection()
                                .onType(type)
                                .withMemberCategory(MemberCategory.INVOKE_DECLARED_CONSTRUCTORS))
                        .accepts(hints));
    }
}
