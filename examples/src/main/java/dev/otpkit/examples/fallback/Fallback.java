package dev.otpkit.examples.fallback;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpRequest;
import dev.otpkit.OtpSecret;
import dev.otpkit.SendResult;
import dev.otpkit.VerifyRequest;
import dev.otpkit.VerifyResult;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.OtpStore;

/** The order of channels and the fallback from one to the next. */
public final class Fallback {
    private final OtpManager otp;

    /**
     * Creates a manager with a fallback for each channel.
     *
     * @param secret the secret from which codes are derived
     * @param store the store of the records
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
     * @return the outcome
     */
    public SendResult overSms(String number) {
        return otp.send(OtpRequest.to(number).via("sms"));
    }

    /**
     * Sends over WhatsApp, or else over SMS.
     *
     * @param number a phone number
     * @return the outcome
     */
    public SendResult overWhatsAppOrSms(String number) {
        return otp.send(OtpRequest.to(number).via("whatsapp", "sms"));
    }

    /**
     * Sends to the phone, or to the mailbox of the same person if the phone cannot be reached.
     *
     * @param number a phone number
     * @param mailbox an email address
     * @return the outcome of the last send
     */
    public SendResult toPhoneOrMailbox(String number, String mailbox) {
        SendResult result = otp.send(OtpRequest.to(number).via("whatsapp", "sms"));
        if (result instanceof SendResult.Undelivered) {
            return otp.send(mailbox);
        }
        return result;
    }

    /**
     * Verifies a code that was sent to either address.
     *
     * @param challengeId of {@link SendResult.Sent}, kept in the session
     * @param typed the code as the person typed it
     * @return on success with the address that received the code
     */
    public VerifyResult verify(String challengeId, String typed) {
        return otp.verify(VerifyRequest.ofChallenge(challengeId, typed));
    }
}
