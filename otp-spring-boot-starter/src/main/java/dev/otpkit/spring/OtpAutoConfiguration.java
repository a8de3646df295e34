package dev.otpkit.spring;

import dev.otpkit.OtpManager;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import java.util.regex.Pattern;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration of the manager and of the store in memory, from the properties under {@code otpkit}.
 *
 * <p>The manager takes all beans of type {@link dev.otpkit.spi.DeliveryChannel}, {@link dev.otpkit.event.OtpListener}
 * and {@link dev.otpkit.spi.OtpObserver} in their order, the one bean of type {@link OtpStore}, and those of type
 * {@link dev.otpkit.spi.OtpGenerator}, {@link dev.otpkit.spi.MessageRenderer}, {@link dev.otpkit.spi.SendGuard} and
 * {@link java.time.InstantSource} if there are any; then every {@link OtpManagerBuilderCustomizer} changes it. An
 * application with an {@link OtpManager} of its own gets no other, and no store unless {@code otpkit.store} is set.
 *
 * <p>The endpoints {@code env} and {@code configprops} of the actuator never show the secrets under {@code otpkit}.
 */
@AutoConfiguration(after = {OtpChannelAutoConfiguration.class, OtpRedisAutoConfiguration.class})
@EnableConfigurationProperties(OtpProperties.class)
public final class OtpAutoConfiguration {
    /** Secret properties, in the spellings of files and of environment variables. */
    private static final Pattern SECRETS = Pattern.compile(
            "otpkit[._](.*(secret|token|password)|redis[._]uris?[^a-z]*|test[_-]?recipients?.*)",
            Pattern.CASE_INSENSITIVE);

    OtpAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    OtpManager otpManager(OtpProperties properties, ApplicationContext context) {
        return new ManagerAssembly(properties, context).manager();
    }

    /** The mask of secrets in the endpoints of the actuator. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(SanitizingFunction.class)
    static class ActuatorConfiguration {
        @Bean
        static SanitizingFunction otpSanitizingFunction() {
            return SanitizingFunction.sanitizeValue().ifKeyMatches(SECRETS);
        }
    }

    /** The store in memory. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(CaffeineOtpStore.class)
    static class CaffeineConfiguration {
        @Bean
        @ConditionalOnMissingBean(OtpStore.class)
        @ConditionalOnProperty(name = "otpkit.store", havingValue = "caffeine", matchIfMissing = true)
        @Conditional(OnWantedStore.class)
        CaffeineOtpStore caffeineOtpStore() {
            return CaffeineOtpStore.create();
        }
    }

    /** Matches if the manager of the starter needs a store, or the application names one. */
    static final class OnWantedStore extends AnyNestedCondition {
        OnWantedStore() {
            super(ConfigurationPhase.REGISTER_BEAN);
        }

        @ConditionalOnMissingBean(OtpManager.class)
        static class ByTheStarter {}

        @ConditionalOnProperty("otpkit.store")
        static class ByTheApplication {}
    }
}
