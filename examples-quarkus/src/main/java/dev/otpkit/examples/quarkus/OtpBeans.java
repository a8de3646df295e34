package dev.otpkit.examples.quarkus;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpSecret;
import dev.otpkit.RateLimit;
import dev.otpkit.channel.smtp.SmtpChannel;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The manager, its store and its channel, from the configuration of the application. */
@Singleton
final class OtpBeans {
    @Produces
    @Singleton
    OtpStore store() {
        return CaffeineOtpStore.create();
    }

    void close(@Disposes OtpStore store) {
        store.close();
    }

    @Produces
    @Singleton
    SmtpChannel smtp(
            @ConfigProperty(name = "otp.smtp.host") String host,
            @ConfigProperty(name = "otp.smtp.username") String username,
            @ConfigProperty(name = "otp.smtp.password") String password,
            @ConfigProperty(name = "otp.smtp.from") String from) {
        return SmtpChannel.builder()
                .host(host)
                .credentials(username, password)
                .from(from)
                .build();
    }

    void close(@Disposes SmtpChannel channel) {
        channel.close();
    }

    @Produces
    @Singleton
    @Startup
    OtpManager manager(
            OtpStore store,
            DeliveryChannel channel,
            LaunchMode mode,
            @ConfigProperty(name = "otp.app-name") String appName,
            @ConfigProperty(name = "otp.secret") Optional<String> secret,
            @ConfigProperty(name = "otp.development-mode", defaultValue = "false") boolean developmentMode) {
        if (developmentMode && mode == LaunchMode.NORMAL) {
            throw new IllegalStateException("otp.development-mode must be false in a packaged application, was true");
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
