package dev.otpkit;

/**
 * Thrown if a text is not a phone number or email address that a code can be sent to.
 *
 * <p>The message describes the error and never repeats the text, which may be the address of a person.
 * {@link OtpManager#send} and {@link OtpManager#verify} do not throw it: for a text that a person typed, they return a
 * result.
 */
public class InvalidRecipientException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message the error, without the text
     */
    public InvalidRecipientException(String message) {
        super(message);
    }
}
