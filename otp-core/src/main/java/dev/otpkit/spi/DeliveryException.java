package dev.otpkit.spi;

/** Thrown by a channel whose provider did not take a message, or may not have. */
public class DeliveryException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient DeliveryFailure failure;

    /**
     * Creates an exception.
     *
     * @param failure what happened
     */
    public DeliveryException(DeliveryFailure failure) {
        super(text(failure));
        this.failure = failure;
    }

    /**
     * Creates an exception around the client library's own.
     *
     * @param failure what happened
     * @param cause the client's exception; neither its text nor those of its causes may hold the code or the address
     */
    public DeliveryException(DeliveryFailure failure, Throwable cause) {
        super(text(failure), cause);
        this.failure = failure;
    }

    /**
     * Returns what happened.
     *
     * @return the failure
     */
    public final DeliveryFailure failure() {
        return failure;
    }

    private static String text(DeliveryFailure failure) {
        return failure.channel() + ": " + failure.kind()
                + failure.providerCode().map(code -> " " + code).orElse("") + " " + failure.detail();
    }
}
