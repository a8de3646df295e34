package dev.otpkit.examples.fallback;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpRequest;
import dev.otpkit.OtpSecret;
import dev.otpkit.SendResult;
import dev.otpkit.VerifyRequest;
import dev.otpkit.VerifyResult;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.OtpStore;

/** Which channel comes after which. */
public final class Fallback {
    private final OtpManager otp;

    /**
     * Makes a manager whose channels stand in for each other.
     *
     * @param secret what the codes are derived from
     * @param store where the records live
     * @param whatsApp tried first for a phone number
     * @param mshastra for SMS, and tried before the other one
     * @param twilio for SMS
     * @param smtp for email
     */
    public Fallback(
            OtpSecret secret,
            OtpStore store,
            DeliveryChannel whatsApp,
            DeliveryChannel mshastra,
            DeliveryChannel twilio,
            DeliveryChannel smtp) {
        this.otp = OtpManager.builder()
                .appName("Acme")
                .secret(secret)
                .store(store)
                .channel(whatsApp)
                .channel(mshastra)
                .channel(twilio)
                .channel(smtp)
                .defaultRegion("SA")
                .build();
    }

    /**
     * Sends over SMS: by the first provider that takes the message, in the order of registration.
     *
     * @param number a phone number
     * @return what became of it
     */
    public SendResult overSms(String number) {
        return otp.send(OtpRequest.to(number).via("sms"));
    }

    /**
     * Sends over WhatsApp, or else over SMS.
     *
     * @param number a phone number
     * @return what became of it
     */
    public SendResult overWhatsAppOrSms(String number) {
        return otp.send(OtpRequest.to(number).via("whatsapp", "sms"));
    }

    /**
     * Sends to the phone, or to the mailbox of the same person if the phone can not be reached.
     *
     * @param number a phone number
     * @param mailbox an email address
     * @return what became of the last of the two
     */
    public SendResult toPhoneOrMailbox(String number, String mailbox) {
        SendResult result = otp.send(OtpRequest.to(number).via("whatsapp", "sms"));
        if (result instanceof SendResult.Undelivered) {
            return otp.send(mailbox);
        }
        return result;
    }

    /**
     * Verifies a code, whichever address it went to.
     *
     * @param challengeId of {@link SendResult.Sent}, kept in the session
     * @param typed what the person typed
     * @return on success with the address that received the code
     */
    public VerifyResult verify(String challengeId, String typed) {
        return otp.verify(VerifyRequest.ofChallenge(challengeId, typed));
    }
}
