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

/** A manager on a store, with generous limits, and an outbox in place of the world. */
final class ManagerFixture {
    private static final RateLimit PLENTY = RateLimit.of(100, Duration.ofMinutes(10));

    private final RecordingChannel outbox = RecordingChannel.sms();
    private final OtpManager otp;

    ManagerFixture(OtpStore store) {
        otp = OtpManager.builder()
                .appName("Acme")
                .secret(OtpSecret.of(new byte[32]))
                .store(store)
                .channel(outbox)
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
        return outbox.lastCode();
    }

    VerifyResult verify(String phone, String code) {
        return otp.verify(phone, code);
    }

    /** Returns whether a code was accepted; while the store is away, none is. */
    boolean accepts(String phone, String code) {
        try {
            return verify(phone, code).isVerified();
        } catch (OtpStoreException e) {
            return false;
        }
    }

    /** Sees to it that nothing is accepted, nor sent. */
    void failsClosed(String phone, String rightCode) {
        outbox.clear();
        assertThatThrownBy(() -> otp.verify(phone, rightCode)).isInstanceOf(OtpStoreException.class);
        assertThatThrownBy(() -> otp.send(phone)).isInstanceOf(OtpStoreException.class);
        if (!outbox.messages().isEmpty()) {
            throw new AssertionError("something was sent without a store");
        }
    }
}
