package dev.otpkit.spi;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a channel whose provider did not take a message, or may not have. Serializable with its failure, so that a
 * channel may bring one from another process.
 */
public class DeliveryException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The name of the channel; a failure is serialized by its parts. */
    private final String channel;

    /** The kind of the failure. */
    private final DeliveryFailure.Kind kind;

    /** The provider's own code, if it gave one. */
    private final @Nullable String providerCode;

    /** The description, without code and address. */
    private final String detail;

    /**
     * Creates an exception.
     *
     * @param failure what happened
     */
    public DeliveryException(DeliveryFailure failure) {
        this(failure, null);
    }

    /**
     * Creates an exception around the client library's own.
     *
     * @param failure what happened
     * @param cause the client's exception, null for none; neither its text nor those of its causes may hold the code or
     *     the address
     */
    public DeliveryException(DeliveryFailure failure, @Nullable Throwable cause) {
        super(text(failure), cause);
        this.channel = failure.channel();
        this.kind = failure.kind();
        this.providerCode = failure.providerCode().orElse(null);
        this.detail = failure.detail();
    }

    /**
     * Returns what happened.
     *
     * @return the failure
     */
    public final DeliveryFailure failure() {
        return DeliveryFailure.of(channel, kind, providerCode, detail);
    }

    private static String text(DeliveryFailure failure) {
        return failure.channel() + ": " + failure.kind()
                + failure.providerCode().map(code -> " " + code).orElse("") + " " + failure.detail();
    }
}
