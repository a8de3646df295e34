package dev.otpkit.examples.micronaut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otpkit.OtpManager;
import dev.otpkit.SendResult;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.OtpMessage;
import io.micronaut.context.ApplicationContext;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OtpFactoryTest {
    private static final Map<String, Object> MAIL =
            Map.of("otp.smtp.host", "localhost", "otp.smtp.username", "none", "otp.smtp.password", "none");

    @Test
    void returnsCodesInDevelopmentAndClosesTheChannelAtTheEnd() {
        DeliveryChannel channel;
        OtpMessage message;
        try (ApplicationContext application =
                ApplicationContext.builder("dev").deduceEnvironment(false).start()) {
            SendResult result = application.getBean(OtpManager.class).send("huda@example.com");

            assertThat(result).isInstanceOf(SendResult.Sent.class);
            message = ((SendResult.Sent) result).developmentMessage().orElseThrow();
            channel = application.getBean(DeliveryChannel.class);
        }

        assertThatIllegalStateException()
                .isThrownBy(() -> channel.deliver(message))
                .withMessageContaining("closed");
    }

    @Test
    void refusesDevelopmentModeOutsideDevelopment() {
        assertThatThrownBy(() -> ApplicationContext.builder("staging")
                        .deduceEnvironment(false)
                        .properties(MAIL)
                        .properties(Map.of("otp.development-mode", true))
                        .start())
                .hasRootCauseInstanceOf(IllegalStateException.class)
                .hasStackTraceContaining("otp.development-mode must be false");
    }

    @Test
    void namesTheMissingProperty() {
        assertThatThrownBy(() -> ApplicationContext.builder("staging")
                        .deduceEnvironment(false)
                        .start())
                .hasStackTraceContaining("otp.smtp.host");
    }
}
