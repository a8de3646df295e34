package dev.otpkit.examples.quarkus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.otpkit.OtpManager;
import dev.otpkit.SendResult;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import dev.otpkit.testkit.RecordingChannel;
import io.quarkus.runtime.LaunchMode;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OtpBeansTest {
    private final OtpStore store = CaffeineOtpStore.create();
    private final DeliveryChannel channel = RecordingChannel.email();

    @Test
    void returnsCodesInDevelopment() {
        OtpManager manager =
                new OtpBeans().manager(store, channel, LaunchMode.DEVELOPMENT, "Acme", Optional.empty(), true);

        assertThat(manager.send("huda@example.com"))
                .isInstanceOfSatisfying(
                        SendResult.Sent.class,
                        sent -> assertThat(sent.developmentCode()).isPresent());
    }

    @Test
    void refusesDevelopmentModeInAPackagedApplication() {
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> new OtpBeans().manager(store, channel, LaunchMode.NORMAL, "Acme", Optional.empty(), true))
                .withMessageContaining("otp.development-mode");
    }
}
