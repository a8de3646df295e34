package dev.otpkit.spring.observation;

import dev.otpkit.OtpManager;
import dev.otpkit.spring.OtpManagerBuilderCustomizer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration of observations of sends, deliveries and verifications, and of meters, by Micrometer: for the
 * auto-configured {@link OtpManager}, if there is an {@link ObservationRegistry}, and for the meters a
 * {@link MeterRegistry}.
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
            "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration"
        })
@EnableConfigurationProperties(OtpObservationProperties.class)
public final class OtpObservationAutoConfiguration {
    OtpObservationAutoConfiguration() {}

    @Bean
    PurposeNames otpPurposeNames(OtpObservationProperties properties, Environment environment) {
        Map<String, Object> policies = Binder.get(environment)
                .bind("otpkit.policies", Bindable.mapOf(String.class, Object.class))
                .orElse(Map.of());
        Set<String> known = new HashSet<>(policies.keySet());
        known.add(OtpManager.DEFAULT_PURPOSE);
        known.addAll(properties.purposes());
        return properties.purposes().isEmpty() ? PurposeNames.andTheFirstOthers(known) : PurposeNames.only(known);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ObservationRegistry.class)
    @ConditionalOnSingleCandidate(ObservationRegistry.class)
    static class Observations {

        @Bean
        OtpManagerBuilderCustomizer otpObservations(ObservationRegistry registry, PurposeNames purposes) {
            return builder -> {
                if (!registry.equals(ObservationRegistry.NOOP)) {
                    builder.observer(new MicrometerObserver(registry, purposes));
                }
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterRegistry.class)
    @ConditionalOnSingleCandidate(MeterRegistry.class)
    static class Meters {

        @Bean
        OtpManagerBuilderCustomizer otpMeters(MeterRegistry registry, PurposeNames purposes) {
            return builder -> builder.listener(new OtpMeters(registry, purposes));
        }
    }
}
