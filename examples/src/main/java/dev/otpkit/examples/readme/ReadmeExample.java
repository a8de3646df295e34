package dev.otpkit.examples.readme;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpRequest;
import dev.otpkit.OtpSecret;
import dev.otpkit.SendResult;
import dev.otpkit.VerifyRequest;
import dev.otpkit.VerifyResult;
import dev.otpkit.channel.smtp.SmtpChannel;
import dev.otpkit.store.caffeine.CaffeineOtpStore;

/** The example of the README, word for word. */
final class ReadmeExample {
    OtpManager otp = OtpManager.builder()
            .appName("Acme")
            .secret(OtpSecret.fromBase64(System.getenv("OTP_SECRET")))
            .store(CaffeineOtpStore.create())
            .channel(SmtpChannel.fromEnvironment(System.getenv()).build())
            .build();

    String sendCode(String address, String session) {
        SendResult result = otp.send(OtpRequest.to(address).purpose("login").boundTo(session));
        if (result instanceof SendResult.Sent sent) {
            return "We sent a code to " + sent.recipient() + ".";
        }
        if (result instanceof SendResult.Refused refused
                && refused.reason() == SendResult.Refused.Reason.RESEND_TOO_SOON) {
            return "A code is on its way. You can ask for another after "
                    + refused.retryAfter().get() + ".";
        }
        return "We could not send a code to this address.";
    }

    String logIn(String address, String typed, String session) {
        VerifyResult result =
                otp.verify(VerifyRequest.of(address, typed).purpose("login").boundTo(session));
        if (result instanceof VerifyResult.Verified verified) {
            return "Welcome, " + verified.recipient().address() + ".";
        }
        if (result instanceof VerifyResult.Rejected rejected
                && rejected.attemptsLeft().isPresent()) {
            return "Wrong code; " + rejected.attemptsLeft().getAsInt() + " attempts left.";
        }
        return "Please ask for a new code.";
    }
}
