package dev.otpkit.examples.login;

import dev.otpkit.InvalidRecipientException;
import dev.otpkit.OtpManager;
import dev.otpkit.OtpRequest;
import dev.otpkit.Recipient;
import dev.otpkit.VerifyRequest;
import dev.otpkit.VerifyResult;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/** A login page that does not reveal which addresses have an account. */
public final class LoginPage {
    private final OtpManager otp;
    private final Predicate<Recipient> hasAccount;
    private final Executor executor;

    /**
     * Creates a page.
     *
     * @param otp sends and verifies the codes
     * @param hasAccount tests whether there is an account with an address
     * @param executor runs what must not delay an answer
     */
    public LoginPage(OtpManager otp, Predicate<Recipient> hasAccount, Executor executor) {
        this.otp = otp;
        this.hasAccount = hasAccount;
        this.executor = executor;
    }

    /**
     * Sends a code if there is an account, and otherwise does all but send it.
     *
     * @param typed the address
     * @param session the session's id, which only the browser that asks has
     * @param client the IP address of the browser
     * @return the same answer whether there is an account or not
     */
    public String askForCode(String typed, String session, String client) {
        Recipient recipient;
        try {
            recipient = Recipient.parse(typed, "SA");
        } catch (InvalidRecipientException e) {
            return "This is neither a phone number nor an email address.";
        }
        executor.execute(() -> {
            OtpRequest request =
                    OtpRequest.to(recipient).purpose("login").boundTo(session).clientAddress(client);
            otp.send(hasAccount.test(recipient) ? request : request.decoy());
        });
        return "If there is an account with this address, a code is on its way.";
    }

    /**
     * Verifies a code.
     *
     * @param typed the address
     * @param code as typed
     * @param session as in {@link #askForCode}
     * @param client as in {@link #askForCode}
     * @return one answer for all rejections
     */
    public String logIn(String typed, String code, String session, String client) {
        VerifyResult result = otp.verify(
                VerifyRequest.of(typed, code).purpose("login").boundTo(session).clientAddress(client));
        if (result instanceof VerifyResult.Verified verified) {
            return "Welcome, " + verified.recipient().address() + ".";
        }
        return "Wrong or expired code. You can ask for a new one.";
    }
}
