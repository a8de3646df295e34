package dev.otpkit.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpManager;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import dev.otpkit.testkit.RecordingChannel;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.autoconfigure.context.properties.ConfigurationPropertiesReportEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.env.EnvironmentEndpointAutoConfiguration;
import org.springframework.boot.actuate.context.properties.ConfigurationPropertiesReportEndpoint;
import org.springframework.boot.actuate.env.EnvironmentEndpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;

/** The endpoints {@code env} and {@code configprops} of an application that shows its values there. */
class ActuatorSecretsTest {
    private static final String MASK = "******";
    private static final String SECRET = "RkFLRUZBS0VGQUtFRkFLRUZBS0VGQUtFRkFLRUZBS0U=";
    private static final Map<String, Object> FILE = Map.ofEntries(
            Map.entry("otpkit.secret", SECRET),
            Map.entry("otpkit.previousSecret", SECRET),
            Map.entry("otpkit.twilio.account-sid", "AC00000000000000000000000000000000"),
            Map.entry("otpkit.twilio.auth-token", "FAKE-1"),
            Map.entry("otpkit.twilio.api-secret", "FAKE-2"),
            Map.entry("otpkit.web.twilio.previous-auth-token", "FAKE-3"),
            Map.entry("otpkit.smtp.host", "smtp.example"),
            Map.entry("otpkit.smtp.from", "no-reply@acme.example"),
            Map.entry("otpkit.smtp.username", "no-reply"),
            Map.entry("otpkit.smtp.password", "FAKE-4"),
            Map.entry("otpkit.smtp.oauth2.client-secret", ""),
            Map.entry("otpkit.smtp.oauth2.refresh-token", ""),
            Map.entry("otpkit.gmail.app-password", "FAKE-5"),
            Map.entry("otpkit.gmail.client-secret", "FAKE-6"),
            Map.entry("otpkit.mshastra.password", "FAKE-7"),
            Map.entry("otpkit.redis.uri", "redis://user:FAKE-8@redis.example"),
            Map.entry("otpkit.redis.uris[0]", "redis://user:FAKE-9@redis.example"),
            Map.entry("otpkit.test-recipients[0].address", "+966500000000"),
            Map.entry("otpkit.test-recipients[0].code", "481516"),
            Map.entry("otpkit.test-recipients[0].until", "2026-01-02T03:04:05Z"),
            Map.entry("otpkit.default-region", "SA"));
    private static final Map<String, Object> VARIABLES = Map.of(
            "OTPKIT_SECRET", SECRET,
            "OTPKIT_PREVIOUS_SECRET", SECRET,
            "OTPKIT_TWILIO_AUTHTOKEN", "FAKE-1",
            "OTPKIT_REDIS_URI", "redis://user:FAKE-8@redis.example",
            "OTPKIT_REDIS_URIS_0", "redis://user:FAKE-9@redis.example",
            "OTPKIT_TESTRECIPIENTS_0_CODE", "481516",
            "OTPKIT_DEFAULT_REGION", "SA");

    private final ApplicationContextRunner contexts = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    OtpAutoConfiguration.class,
                    EnvironmentEndpointAutoConfiguration.class,
                    ConfigurationPropertiesReportEndpointAutoConfiguration.class))
            .withPropertyValues("management.endpoints.web.exposure.include=env,configprops")
            .withUserConfiguration(AllProperties.class)
            .withBean(
                    OtpManager.class,
                    () -> OtpManager.builder()
                            .store(CaffeineOtpStore.create())
                            .channel(RecordingChannel.sms())
                            .build());
    private final ApplicationContextRunner shown = contexts.withPropertyValues(
            "management.endpoint.env.show-values=always", "management.endpoint.configprops.show-values=always");

    private static ApplicationContextRunner with(ApplicationContextRunner contexts, Map<String, Object> values) {
        return contexts.withInitializer(context ->
                context.getEnvironment().getPropertySources().addLast(new MapPropertySource("values", values)));
    }

    private static Map<String, String> environment(EnvironmentEndpoint endpoint) {
        Map<String, String> all = new LinkedHashMap<>();
        endpoint.environment(null).getPropertySources().stream()
                .filter(source -> source.getName().equals("values"))
                .forEach(source -> source.getProperties()
                        .forEach((name, value) -> all.put(name, String.valueOf(value.getValue()))));
        return all;
    }

    @Test
    void theEnvironmentShowsNoSecret() {
        with(shown, FILE)
                .run(context -> assertThat(environment(context.getBean(EnvironmentEndpoint.class)))
                        .hasSameSizeAs(FILE)
                        .containsEntry("otpkit.default-region", "SA")
                        .containsEntry("otpkit.smtp.host", "smtp.example")
                        .containsEntry("otpkit.secret", MASK)
                        .containsEntry("otpkit.previousSecret", MASK)
                        .containsEntry("otpkit.test-recipients[0].address", MASK)
                        .allSatisfy((name, value) -> assertThat(value).doesNotContain("FAKE", "481516", "RkFL")));
        with(shown, VARIABLES)
                .run(context -> assertThat(environment(context.getBean(EnvironmentEndpoint.class)))
                        .hasSameSizeAs(VARIABLES)
                        .containsEntry("OTPKIT_DEFAULT_REGION", "SA")
                        .allSatisfy((name, value) -> assertThat(value).doesNotContain("FAKE", "481516", "RkFL")));
    }

    @Test
    void theConfigurationPropertiesShowNoSecret() {
        with(shown, FILE).run(context -> {
            Map<String, String> all = new LinkedHashMap<>();
            context.getBean(ConfigurationPropertiesReportEndpoint.class)
                    .configurationProperties()
                    .getContexts()
                    .values()
                    .forEach(each -> each.getBeans().forEach((name, bean) -> {
                        if (bean.getPrefix().startsWith("otpkit")) {
                            all.put(bean.getPrefix(), bean.getProperties() + " " + bean.getInputs());
                        }
                    }));
            assertThat(all).containsKeys("otpkit", "otpkit.smtp", "otpkit.twilio");
            assertThat(all.get("otpkit")).contains("defaultRegion=SA", "secret=" + MASK);
            assertThat(all.get("otpkit.smtp")).contains("smtp.example", "password=" + MASK);
            assertThat(all.values())
                    .allSatisfy(text -> assertThat(text).doesNotContain("FAKE", "481516", "RkFL", "966500000000"));
        });
    }

    @Test
    void byDefaultNoValueIsShown() {
        with(contexts, FILE)
                .run(context -> assertThat(environment(context.getBean(EnvironmentEndpoint.class)))
                        .hasSameSizeAs(FILE)
                        .allSatisfy((name, value) -> assertThat(value).isEqualTo(MASK)));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties({
        GmailProperties.class,
        MshastraProperties.class,
        OtpRedisProperties.class,
        SmtpProperties.class,
        TwilioProperties.class
    })
    static class AllProperties {}

    @Test
    void anApplicationWithoutTheActuatorStarts() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class))
                .withBean(RecordingChannel.class, RecordingChannel::sms)
                .withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate"))
                .run(context -> assertThat(context).hasNotFailed());
    }
}
