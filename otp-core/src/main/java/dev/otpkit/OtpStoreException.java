package dev.otpkit;

/**
 * Thrown if the store cannot answer: it is unavailable, has no memory left, holds an unreadable record, or a record was
 * changed by others during each of a hundred attempts to update it.
 *
 * <p>Nothing was accepted and nothing was sent: without its store, a manager fails closed. The message never holds a
 * code, a secret or an address.
 */
public class OtpStoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception without a cause.
     *
     * @param message the operation that failed and, if known, the party that must act; no code, secret or address
     */
    public OtpStoreException(String message) {
        super(message);
    }

    /**
     * Creates an exception with the exception of the store's client as its cause.
     *
     * @param message the operation that failed and, if known, the party that must act; no code, secret or address
     * @param cause the exception of the client; its texts must not hold a secret either
     */
    public OtpStoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
