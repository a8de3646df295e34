package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpPolicy;
import dev.otpkit.OtpSecret;
import dev.otpkit.OtpStoreException;
import dev.otpkit.RateLimit;
import dev.otpkit.SendResult;
import dev.otpkit.VerifyResult;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.testkit.RecordingChannel;
import java.time.Duration;

/** A manager on a store, with generous limits, and a recording channel. */
final class ManagerFixture {
    private static final RateLimit PLENTY = RateLimit.of(100, Duration.ofMinutes(10));

    private final RecordingChannel channel = RecordingChannel.sms();
    private final OtpManager otp;

    ManagerFixture(OtpStore store) {
        otp = OtpManager.builder()
                .appName("Acme")
                .secret(OtpSecret.of(new byte[32]))
                .store(store)
                .channel(channel)
                .policy(OtpPolicy.builder()
                        .resendCooldown(Duration.ZERO)
                        .sendLimits(PLENTY)
                        .failureLimit(PLENTY)
                        .build())
                .build();
    }

    /** Sends a code, and returns it. */
    String send(String phone) {
        SendResult result = otp.send(phone);
        if (!result.isSent()) {
            throw new AssertionError(result.toString());
        }
        return channel.lastCode();
    }

    VerifyResult verify(String phone, String code) {
        return otp.verify(phone, code);
    }

    /** Returns whether a code was accepted; false while the store is unavailable. */
    boolean accepts(String phone, String code) {
        try {
            return verify(phone, code).isVerified();
        } catch (OtpStoreException e) {
            return false;
        }
    }

    /** Asserts that nothing is accepted or sent. */
    void failsClosed(String phone, String rightCode) {
        channel.clear();
        assertThatThrownBy(() -> otp.verify(phone, rightCode)).isInstanceOf(OtpStoreException.class);
        assertThatThrownBy(() -> otp.send(phone)).isInstanceOf(OtpStoreException.class);
        if (!channel.messages().isEmpty()) {
            throw new AssertionError("a message was sent without a store");
        }
    }
}
