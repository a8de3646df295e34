package dev.otpkit.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.EmailAddress;
import dev.otpkit.PhoneNumber;
import dev.otpkit.Recipient;
import dev.otpkit.spi.OtpMessage;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Messages, contexts and failures of the tests of channels. */
final class ChannelFixture {
    static final String MAIL_RECIPIENT = "reader@recipient.example";
    static final String NUMBER = "+14155550100";

    private ChannelFixture() {}

    static ApplicationContextRunner contexts() {
        return new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(SslAutoConfiguration.class, OtpChannelAutoConfiguration.class));
    }

    static OtpMessage sms() {
        return message(new PhoneNumber(NUMBER), Locale.ENGLISH);
    }

    static OtpMessage mail() {
        return message(new EmailAddress(MAIL_RECIPIENT), Locale.ENGLISH);
    }

    static OtpMessage message(Recipient recipient, Locale locale) {
        return new OtpMessage(
                recipient,
                "48151623",
                "login",
                locale,
                Duration.ofMinutes(5),
                "Your code",
                "Your code is 48151623.",
                Optional.empty());
    }

    /** Returns the explanation that a person reads in place of a stack trace. */
    static FailureAnalysis explanation(AssertableApplicationContext context) {
        assertThat(context).hasFailed();
        FailureAnalysis analysis = new OtpSettingFailureAnalyzer().analyze(context.getStartupFailure());
        assertThat(analysis)
                .as("of " + context.getStartupFailure().getMessage())
                .isNotNull();
        return analysis;
    }
}
