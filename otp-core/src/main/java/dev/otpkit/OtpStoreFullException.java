package dev.otpkit;

/**
 * Thrown if a store with a bound of its own has no room for a new record or a new counter.
 *
 * <p>Nothing has changed. Existing records and counters are unaffected and remain usable: a pending code can be
 * verified, and an existing counter can be increased. A store that cannot guarantee this when its memory is full, such
 * as a server that then refuses every change, throws a plain {@link OtpStoreException}. The message never holds a code,
 * a secret or an address.
 */
public class OtpStoreFullException extends OtpStoreException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception without a cause.
     *
     * @param message the kind of entry that there is no room for, and the remedy; no code, secret or address
     */
    public OtpStoreFullException(String message) {
        super(message);
    }

    /**
     * Creates an exception with the exception of the store's client as its cause.
     *
     * @param message the kind of entry that there is no room for, and the remedy; no code, secret or address
     * @param cause the exception of the client; its texts must not hold a secret either
     */
    public OtpStoreFullException(String message, Throwable cause) {
        super(message, cause);
    }
}
