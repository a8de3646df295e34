package dev.otpkit.examples.twilio;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpRequest;
import dev.otpkit.OtpSecret;
import dev.otpkit.channel.twilio.TwilioSmsChannel;
import dev.otpkit.channel.twilio.TwilioWhatsAppChannel;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import java.util.Locale;

/** The examples of the two pages on Twilio, word for word. */
final class TwilioExample {
    OtpManager otp = OtpManager.builder()
            .appName("Acme")
            .secret(OtpSecret.fromBase64(System.getenv("OTP_SECRET")))
            .store(CaffeineOtpStore.create())
            .channel(TwilioSmsChannel.fromEnvironment(System.getenv()).build())
            .defaultRegion("SA")
            .build();

    static TwilioWhatsAppChannel sandbox(String accountSid, String authToken) {
        return TwilioWhatsAppChannel.builder()
                .accountSid(accountSid)
                .authToken(authToken)
                .from("+14155238886")
                .sandbox(true)
                .build();
    }

    static TwilioWhatsAppChannel inTwoLanguages(String englishTemplate, String arabicTemplate) {
        return TwilioWhatsAppChannel.fromEnvironment(System.getenv())
                .contentSid(englishTemplate)
                .contentSid(Locale.forLanguageTag("ar"), arabicTemplate)
                .build();
    }

    boolean sendsInArabic(String number) {
        return otp.send(OtpRequest.to(number).via("whatsapp", "sms").locale(Locale.forLanguageTag("ar")))
                .isSent();
    }
}
