package dev.otpkit.spring.web;

import dev.otpkit.Recipient;

/**
 * The choice of the recipients that may receive a code from {@code /otp/send}: a bean of this type is asked before each
 * send. A recipient that may not receive one, because it has no account or is blocked, gets a
 * {@linkplain dev.otpkit.OtpRequest#decoy() decoy}: the client sees the same answers as for any other recipient, no
 * message leaves, and no code is right. Without a bean every recipient may.
 *
 * <p>Called by many threads at once. It must take the same time for all recipients, as a look-up by an index does:
 * otherwise the time of the answer shows the difference.
 */
@FunctionalInterface
public interface OtpWebRecipients {
    /**
     * Returns whether a recipient may receive a code.
     *
     * @param recipient the recipient in canonical form
     * @param purpose one of {@code otpkit.web.purposes}
     * @return false to send a decoy
     */
    boolean mayReceive(Recipient recipient, String purpose);
}
