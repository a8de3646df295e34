package dev.otpkit.examples.messages;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpRequest;
import dev.otpkit.SendResult;
import dev.otpkit.message.MessageCatalog;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.OtpStore;
import java.time.Instant;
import java.util.Locale;

/** Managers with their own texts, and a send in a language. */
public final class Messages {
    private Messages() {}

    /**
     * Builds a manager with the texts of a bundle.
     *
     * @param store a store in this process
     * @param sms the channel for phone numbers
     * @return a manager
     */
    public static OtpManager ownTexts(OtpStore store, DeliveryChannel sms) {
        return OtpManager.builder()
                .appName("Acme")
                .store(store)
                .channel(sms)
                .messages(MessageCatalog.builder()
                        .bundle("dev.otpkit.examples.messages.otp")
                        .build())
                .build();
    }

    /**
     * Sends a code in Swahili.
     *
     * @param otp the manager
     * @param address a phone number or an email address
     * @return the result
     */
    public static SendResult sendInSwahili(OtpManager otp, String address) {
        return otp.send(OtpRequest.to(address).purpose("payment").locale(Locale.forLanguageTag("sw-TZ")));
    }

    /**
     * Builds a manager with a fixed code for the reviewers of an app store.
     *
     * @param store a store in this process
     * @param sms the channel for all others
     * @param until the end of the review
     * @return a manager
     */
    public static OtpManager withReviewer(OtpStore store, DeliveryChannel sms, Instant until) {
        return OtpManager.builder()
                .store(store)
                .channel(sms)
                .testRecipient("+966501234567", "login", "314159", until)
                .build();
    }
}
