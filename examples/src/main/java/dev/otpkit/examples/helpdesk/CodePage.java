package dev.otpkit.examples.helpdesk;

import dev.otpkit.OtpManager;
import dev.otpkit.PasscodeStatus;
import dev.otpkit.Recipient;
import java.time.Duration;

/** The page on which a person types a code, with a button that sends it again. */
public final class CodePage {
    private final OtpManager otp;

    /**
     * Creates a page.
     *
     * @param otp sends the codes
     */
    public CodePage(OtpManager otp) {
        this.otp = otp;
    }

    /**
     * Returns the text of the button, also after a reload.
     *
     * @param recipient the recipient to whom this session sent a code; from the session, never from the request
     * @return the text, with the seconds to wait
     */
    public String resendButton(Recipient recipient) {
        PasscodeStatus status = otp.status(recipient, "login");
        Duration wait = Duration.between(status.at(), status.nextSendAt());
        if (wait.isZero()) {
            return "Send again";
        }
        return "Send again in " + wait.plusMillis(999).toSeconds() + " s";
    }
}
