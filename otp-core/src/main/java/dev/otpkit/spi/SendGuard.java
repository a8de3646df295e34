package dev.otpkit.spi;

import dev.otpkit.OtpManager;
import dev.otpkit.SendResult;

/**
 * A gate of the application before each send: for a CAPTCHA, a look-up of the number, or a rule that needs more than
 * the recipient. Set by {@link OtpManager.Builder#sendGuard}. Implementations are thread-safe.
 *
 * <p>It is asked once per send, when the recipient filter, the limits of the client and of the mailbox, and the
 * recipient's own limits allow it, and before anything is committed or paid for. It is asked for test recipients and in
 * development mode too.
 */
@FunctionalInterface
public interface SendGuard {

    /**
     * Returns whether the code may be sent. Called on the thread of {@code send}, which waits: a guard that calls a
     * service bounds the call by a time-out.
     *
     * <p>An exception refuses the send, as {@link Decision#REFUSE} does, and is logged at ERROR with its type and
     * without its text. Only a {@link VirtualMachineError} is thrown to the caller of {@code send}.
     *
     * @param send the send to decide on
     * @return the decision; null counts as an exception
     */
    Decision check(SendContext send);

    /** The answer of a guard. */
    enum Decision {
        /** The code is sent, unless a traffic budget refuses it, or a send at the same moment used up a limit. */
        ALLOW,
        /** Nothing is sent: {@link SendResult.Refused.Reason#NOT_ALLOWED}. */
        REFUSE,
        /**
         * Nothing is sent without a proof: {@link SendResult.Refused.Reason#PROOF_REQUIRED}. The application shows its
         * CAPTCHA, and sends again with {@link dev.otpkit.OtpRequest#proof}.
         */
        PROOF_REQUIRED
    }
}
