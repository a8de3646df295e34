package dev.otpkit;

/**
 * Thrown when the store cannot answer: it is away, has no memory left, holds something unreadable, or lost the same
 * race a hundred times.
 *
 * <p>Nothing was accepted and nothing was sent: a manager without its store fails closed. The message never holds a
 * code, a secret or an address.
 */
public class OtpStoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception without a cause.
     *
     * @param message what could not be done and, where it can be said, who must act; no code, secret or address
     */
    public OtpStoreException(String message) {
        super(message);
    }

    /**
     * Creates an exception around the store client's own.
     *
     * @param message what could not be done and, where it can be said, who must act; no code, secret or address
     * @param cause the client's exception; its texts must hold no secret either
     */
    public OtpStoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
