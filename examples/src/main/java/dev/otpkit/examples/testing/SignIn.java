package dev.otpkit.examples.testing;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpRequest;
import dev.otpkit.OtpStoreException;
import dev.otpkit.VerifyRequest;
import java.util.concurrent.Executor;

/**
 * Signs people in with a code. The manager and the executor are handed in, so that a test can hand in its own.
 *
 * @param otp sends and verifies the codes
 * @param executor sends where nobody waits for the provider
 */
public record SignIn(OtpManager otp, Executor executor) {
    private static final String PURPOSE = "login";

    /**
     * Sends a code while the caller waits.
     *
     * @param address a phone number or an email address
     * @return a text for the page
     */
    public String sendCode(String address) {
        try {
            return otp.send(OtpRequest.to(address).purpose(PURPOSE)).isSent()
                    ? "We sent a code."
                    : "We could not send a code.";
        } catch (OtpStoreException e) {
            return "Please try again later.";
        }
    }

    /**
     * Sends a code on the executor.
     *
     * @param address a phone number or an email address
     */
    public void sendCodeInBackground(String address) {
        executor.execute(() -> sendCode(address));
    }

    /**
     * Verifies a code.
     *
     * @param address a phone number or an email address
     * @param typed the code as the person typed it
     * @return a text for the page
     */
    public String signIn(String address, String typed) {
        try {
            return otp.verify(VerifyRequest.of(address, typed).purpose(PURPOSE)).isVerified()
                    ? "Welcome."
                    : "This code is wrong or no longer valid.";
        } catch (OtpStoreException e) {
            return "Please try again later.";
        }
    }
}
