package dev.otpkit.spring.observation;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpSecret;
import dev.otpkit.RateLimit;
import dev.otpkit.TrafficLimits;
import dev.otpkit.spring.OtpManagerBuilderCustomizer;
import dev.otpkit.testkit.FaultyStore;
import dev.otpkit.testkit.RecordingChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A manager with two channels, and with each customizer of the context. */
@Configuration(proxyBeanMethods = false)
class ObservedManager {

    @Bean
    FaultyStore store() {
        return FaultyStore.create();
    }

    @Bean
    RecordingChannel sms() {
        return RecordingChannel.named("sms-one", "sms");
    }

    @Bean
    RecordingChannel mail() {
        return RecordingChannel.named("mail", "email");
    }

    @Bean
    OtpManager manager(
            FaultyStore store,
            List<RecordingChannel> channels,
            ObjectProvider<OtpManagerBuilderCustomizer> customizers) {
        OtpManager.Builder builder = OtpManager.builder()
                .secret(OtpSecret.of(new byte[32]))
                .store(store)
                .testRecipient(
                        "+966501112223", "default", "424242", Instant.now().plusSeconds(600))
                .trafficLimits(TrafficLimits.builder()
                        .country("AE", RateLimit.of(1, Duration.ofHours(1)))
                        .build());
        channels.forEach(builder::channel);
        customizers.orderedStream().forEach(each -> each.customize(builder));
        return builder.build();
    }
}
