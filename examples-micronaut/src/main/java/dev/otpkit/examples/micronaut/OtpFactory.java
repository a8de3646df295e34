package dev.otpkit.examples.micronaut;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpSecret;
import dev.otpkit.RateLimit;
import dev.otpkit.channel.smtp.SmtpChannel;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.env.Environment;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;

/** The manager, its store and its channel, from the configuration of the application. */
@Factory
final class OtpFactory {
    @Singleton
    @Bean(preDestroy = "close")
    OtpStore store() {
        return CaffeineOtpStore.create();
    }

    @Singleton
    @Bean(preDestroy = "close")
    DeliveryChannel mail(
            @Property(name = "otp.smtp.host") String host,
            @Property(name = "otp.smtp.username") String username,
            @Property(name = "otp.smtp.password") String password,
            @Property(name = "otp.smtp.from") String from) {
        return SmtpChannel.builder()
                .host(host)
                .credentials(username, password)
                .from(from)
                .build();
    }

    @Context
    OtpManager manager(
            OtpStore store,
            DeliveryChannel channel,
            Environment environment,
            @Property(name = "otp.app-name") String appName,
            @Property(name = "otp.secret") Optional<String> secret,
            @Property(name = "otp.development-mode", defaultValue = "false") boolean developmentMode) {
        if (developmentMode && !environment.getActiveNames().contains(Environment.DEVELOPMENT)) {
            throw new IllegalStateException("otp.development-mode must be false outside the environment dev, was true");
        }
        OtpManager.Builder manager = OtpManager.builder()
                .appName(appName)
                .store(store)
                .channel(channel)
                .clientSendLimit(RateLimit.of(20, Duration.ofHours(1)))
                .clientFailureLimit(RateLimit.of(20, Duration.ofHours(1)))
                .developmentMode(developmentMode);
        secret.map(OtpSecret::fromBase64).ifPresent(manager::secret);
        return manager.build();
    }
}
