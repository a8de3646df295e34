package dev.otpkit.examples.login;

import dev.otpkit.InvalidRecipientException;
import dev.otpkit.OtpManager;
import dev.otpkit.OtpRequest;
import dev.otpkit.Recipient;
import dev.otpkit.SendResult;
import dev.otpkit.VerifyRequest;
import dev.otpkit.VerifyResult;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/** A login page that shows the outcome of each request, and does not reveal which addresses have an account. */
public final class DecoyLoginPage {
    private final OtpManager otp;
    private final Predicate<Recipient> hasAccount;
    private final Executor executor;
    private final InstantSource clock;

    /**
     * Creates a page.
     *
     * @param otp sends and verifies the codes
     * @param hasAccount tests whether there is an account with an address
     * @param executor runs what must not delay an answer
     * @param clock the clock of the manager
     */
    public DecoyLoginPage(OtpManager otp, Predicate<Recipient> hasAccount, Executor executor, InstantSource clock) {
        this.otp = otp;
        this.hasAccount = hasAccount;
        this.executor = executor;
        this.clock = clock;
    }

    /**
     * Sends a code if there is an account, and otherwise does all but send it.
     *
     * @param typed the address
     * @param session the session's id, which only the browser that asks has
     * @param client the IP address of the browser
     * @return the outcome, whether there is an account or not
     */
    public String askForCode(String typed, String session, String client) {
        Recipient recipient;
        try {
            recipient = Recipient.parse(typed, "SA");
        } catch (InvalidRecipientException e) {
            return "This is neither a phone number nor an email address.";
        }
        OtpRequest request =
                OtpRequest.to(recipient).purpose("login").boundTo(session).clientAddress(client);
        SendResult result = otp.send(hasAccount.test(recipient) ? request : request.decoy());
        if (result instanceof SendResult.Sent) {
            return "If there is an account with this address, a code is on its way.";
        }
        if (result instanceof SendResult.Refused refused
                && refused.reason() == SendResult.Refused.Reason.RESEND_TOO_SOON) {
            Duration wait =
                    Duration.between(clock.instant(), refused.retryAfter().orElseThrow());
            return "Please wait " + (wait.toSeconds() + 1) + " seconds before you ask again.";
        }
        return "No code could be sent to this address. Please try again later.";
    }

    /**
     * Does the same in the background, so that the time of the answer depends on nothing.
     *
     * @param typed the address
     * @param session as in {@link #askForCode}
     * @param client as in {@link #askForCode}
     * @return the outcome, later, for a second request of the page
     */
    public CompletableFuture<String> askForCodeLater(String typed, String session, String client) {
        return CompletableFuture.supplyAsync(() -> askForCode(typed, session, client), executor);
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
