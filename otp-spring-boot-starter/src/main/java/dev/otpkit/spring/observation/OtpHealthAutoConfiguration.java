package dev.otpkit.spring.observation;

import dev.otpkit.spi.OtpStore;
import dev.otpkit.spring.OtpAutoConfiguration;
import dev.otpkit.spring.OtpManagerBuilderCustomizer;
import dev.otpkit.spring.OtpRedisAutoConfiguration;
import java.time.InstantSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration of the health of the store, {@code otp}, and on demand of the channels, {@code otpChannels}
 * ({@code management.health.otp-channels.enabled=true}).
 */
@AutoConfiguration(after = {OtpAutoConfiguration.class, OtpRedisAutoConfiguration.class})
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
public final class OtpHealthAutoConfiguration {
    OtpHealthAutoConfiguration() {}

    @Bean
    @ConditionalOnEnabledHealthIndicator("otp")
    @ConditionalOnSingleCandidate(OtpStore.class)
    @ConditionalOnMissingBean(name = {"otpHealthIndicator", "otpHealthContributor"})
    OtpStoreHealthIndicator otpHealthIndicator(OtpStore store) {
        return new OtpStoreHealthIndicator(store);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty(name = "management.health.otp-channels.enabled", havingValue = "true")
    @ConditionalOnMissingBean(name = {"otpChannelsHealthIndicator", "otpChannelsHealthContributor"})
    static class Channels {

        @Bean
        OtpChannelsHealthIndicator otpChannelsHealthIndicator() {
            return new OtpChannelsHealthIndicator(InstantSource.system());
        }

        @Bean
        OtpManagerBuilderCustomizer otpChannelsHealth(OtpChannelsHealthIndicator health) {
            return builder -> builder.listener(health::on);
        }
    }
}
