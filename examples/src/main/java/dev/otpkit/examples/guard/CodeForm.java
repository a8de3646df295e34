package dev.otpkit.examples.guard;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpRequest;
import dev.otpkit.OtpSecret;
import dev.otpkit.Recipients;
import dev.otpkit.SendResult;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.OtpStore;
import java.util.function.Predicate;

/** A form that asks for a number and sends a code to it, with a CAPTCHA if the guard requires one. */
public final class CodeForm {
    private final OtpManager otp;

    /**
     * Creates the form.
     *
     * @param store holds the records
     * @param secret the secret of the codes
     * @param sms sends the codes, at a price
     * @param captcha true for a token that the CAPTCHA's service accepts
     */
    public CodeForm(OtpStore store, OtpSecret secret, DeliveryChannel sms, Predicate<String> captcha) {
        this.otp = OtpManager.builder()
                .appName("Acme")
                .secret(secret)
                .store(store)
                .channel(sms)
                .defaultRegion("SA")
                .recipientFilter(Recipients.countries("SA", "AE").and(Recipients.mobile()))
                .sendGuard(new CaptchaGuard(Recipients.countries("SA"), captcha))
                .build();
    }

    /**
     * Sends a code.
     *
     * @param number the number as typed
     * @param client the IP address of the browser
     * @param token the token of the CAPTCHA; empty if the form did not show it
     * @return the next page
     */
    public String submit(String number, String client, String token) {
        SendResult result = otp.send(OtpRequest.to(number).clientAddress(client).proof(token));
        if (result instanceof SendResult.Refused refused
                && refused.reason() == SendResult.Refused.Reason.PROOF_REQUIRED) {
            return "the form again, with the CAPTCHA";
        }
        return result.isSent() ? "type the code" : "no code can be sent now";
    }
}
