package dev.otpkit.examples.helpdesk;

import dev.otpkit.OtpManager;
import dev.otpkit.PasscodeStatus;

/** The tools of staff, behind a log-in for staff. */
public final class HelpDesk {
    private final OtpManager otp;

    /**
     * Creates a help desk.
     *
     * @param otp the manager of the application
     */
    public HelpDesk(OtpManager otp) {
        this.otp = otp;
    }

    /**
     * Returns an answer to "I get no code".
     *
     * @param address the address of the person
     * @return a line for staff
     */
    public String look(String address) {
        PasscodeStatus status = otp.status(address, "login");
        if (!status.optedOut().isEmpty()) {
            return "Opted out of " + String.join(", ", status.optedOut()) + ".";
        }
        if (status.lockedUntil().isPresent()) {
            return "Locked until " + status.lockedUntil().get() + " by wrong codes.";
        }
        if (status.isPending()) {
            return "A code is valid until " + status.expiresAt().get() + ", with "
                    + status.attemptsLeft().getAsInt() + " attempts left.";
        }
        return "No code is pending. The next one can be sent from " + status.nextSendAt() + ".";
    }

    /**
     * Lifts the lock of a person who was identified in another way.
     *
     * @param address the address of the person
     */
    public void unlock(String address) {
        otp.unlock(address);
    }

    /**
     * Removes everything about a person whose account was deleted.
     *
     * @param address the address of the person
     */
    public void accountDeleted(String address) {
        otp.forget(address);
    }
}
