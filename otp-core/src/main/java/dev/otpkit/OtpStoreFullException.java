package dev.otpkit;

/**
 * Thrown when a store that has a bound of its own has no room for a new record or a new counter.
 *
 * <p>Nothing has changed. What the store holds is unaffected and goes on being served: a code that is pending can be
 * verified, and a counter that exists can be added to. A store that serves less than that when its memory is full, such
 * as a server that then refuses every change, throws a plain {@link OtpStoreException}. The message never holds a code,
 * a secret or an address.
 */
public class OtpStoreFullException extends OtpStoreException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception without a cause.
     *
     * @param message what there is no room for, and what to do about it; no code, secret or address
     */
    public OtpStoreFullException(String message) {
        super(message);
    }

    /**
     * Creates an exception around the store client's own.
     *
     * @param message what there is no room for, and what to do about it; no code, secret or address
     * @param cause the client's exception; its texts must hold no secret either
     */
    public OtpStoreFullException(String message, Throwable cause) {
        super(message, cause);
    }
}
