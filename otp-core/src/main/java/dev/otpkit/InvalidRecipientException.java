package dev.otpkit;

/**
 * Thrown when a text is no phone number or email address that a code can be sent to.
 *
 * <p>The message says what is wrong and never repeats the text, which may be someone's address. {@link OtpManager#send}
 * and {@link OtpManager#verify} do not throw it: what a person typed is answered with a result.
 */
public class InvalidRecipientException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message what is wrong with the text, without the text
     */
    public InvalidRecipientException(String message) {
        super(message);
    }
}
