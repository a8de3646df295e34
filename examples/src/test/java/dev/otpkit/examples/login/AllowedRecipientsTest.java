package dev.otpkit.examples.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpManager;
import dev.otpkit.Recipients;
import dev.otpkit.SendResult;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import dev.otpkit.testkit.RecordingChannel;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedRecipientsTest {
    private final RecordingChannel sms = RecordingChannel.sms();
    private final RecordingChannel email = RecordingChannel.email();
    private final OtpManager otp = OtpManager.builder()
            .store(CaffeineOtpStore.create())
            .channel(sms)
            .channel(email)
            .recipientFilter(Recipients.countries("SA", "US").and(Recipients.mobile()))
            .build();

    @ParameterizedTest
    @ValueSource(strings = {"user@example.com", "user+tag@mail.example.org"})
    void allowsEmailAddresses(String address) {
        assertThat(otp.send(address).isSent()).isTrue();
        assertThat(email.messages()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"+966501234567", "+14155550123"})
    void allowsMobileNumbersOfItsCountries(String number) {
        assertThat(otp.send(number).isSent()).isTrue();
        assertThat(sms.messages()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"+966112345678", "+9668001234567"})
    void refusesOtherNumbersOfItsCountries(String number) {
        assertIsNotAllowed(number);
    }

    /** The first is Canadian: the United States have the same country code. */
    @ParameterizedTest
    @ValueSource(strings = {"+14165550123", "+971501234567", "+442079460000", "+870301234567"})
    void refusesNumbersOfOtherCountriesAndOfNone(String number) {
        assertIsNotAllowed(number);
    }

    private void assertIsNotAllowed(String number) {
        assertThat(otp.send(number))
                .isEqualTo(new SendResult.Refused(SendResult.Refused.Reason.NOT_ALLOWED, Optional.empty()));
        assertThat(sms.messages()).isEmpty();
    }
}
