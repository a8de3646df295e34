package dev.otpkit.benchmarks.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.otpkit.OtpPolicy;
import dev.otpkit.OtpSecret;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TutorialMessageTest {
    @ParameterizedTest
    @EnumSource
    void isAboutAsLongAsThatOfOtpKit(Form form) {
        Outbox tutorial = new Outbox();
        Outbox otpKit = new Outbox();
        String address = form.address(1);

        new TutorialMessage(form, tutorial).send(address, "123456");
        OtpKit.manager(form, OtpPolicy.defaults(), CaffeineOtpStore.builder().build(), OtpSecret.random(), otpKit)
                .send(address);

        assertThat(tutorial.length()).isCloseTo(otpKit.length(), withinPercentage(10));
    }
}
