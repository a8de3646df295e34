package dev.otpkit.examples.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpPolicy;
import dev.otpkit.testkit.OtpExtension;
import dev.otpkit.testkit.RecordingChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LongCodesTest {
    @RegisterExtension
    static final OtpExtension OTP = OtpExtension.builder()
            .channel(RecordingChannel::sms)
            .manager(manager -> manager.defaultRegion("SA")
                    .policy("login", OtpPolicy.builder().length(8).build()))
            .build();

    @Test
    void sendsEightDigitsToALocalNumber(OtpManager otp, RecordingChannel channel) {
        new SignIn(otp, Runnable::run).sendCode("0501234567");

        assertThat(channel.lastCodeTo("+966501234567")).hasSize(8);
    }
}
