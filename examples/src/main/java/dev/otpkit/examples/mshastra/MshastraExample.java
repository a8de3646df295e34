package dev.otpkit.examples.mshastra;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpSecret;
import dev.otpkit.channel.mshastra.MshastraChannel;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import java.math.BigDecimal;
import java.net.URI;
import java.util.Locale;

/** The examples of {@code docs/mshastra.md}, word for word. */
final class MshastraExample {
    MshastraChannel sms = MshastraChannel.fromEnvironment(System.getenv()).build();

    OtpManager otp = OtpManager.builder()
            .appName("Acme")
            .secret(OtpSecret.fromBase64(System.getenv("OTP_SECRET")))
            .store(CaffeineOtpStore.create())
            .channel(sms)
            .defaultRegion("SA")
            .build();

    boolean sendsACode(String typed) {
        return otp.send(typed).isSent();
    }

    static MshastraChannel configured(String username, String password) {
        return MshastraChannel.builder()
                .baseUrl(URI.create("https://saudi.mshastra.com"))
                .username(username)
                .password(password)
                .sender("Acme")
                .language(Locale.forLanguageTag("ar"), "Arabic")
                .hexUnicode(true)
                .build();
    }

    boolean isRunningLow() throws DeliveryException {
        return sms.balance().entries().stream()
                .anyMatch(entry -> entry.amount().compareTo(BigDecimal.valueOf(100)) < 0);
    }
}
