package dev.otpkit.spi;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a channel if the provider did not accept a message, or may not have. Serializable with its failure, so that
 * a channel may receive one from another process.
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
     * Creates an exception without a cause.
     *
     * @param failure the failure
     */
    public DeliveryException(DeliveryFailure failure) {
        this(failure, null);
    }

    /**
     * Creates an exception with an exception of the client library as its cause.
     *
     * @param failure the failure
     * @param cause the exception of the client library, null for none; its text and those of its causes must not hold
     *     the code or the address
     */
    public DeliveryException(DeliveryFailure failure, @Nullable Throwable cause) {
        super(text(failure), cause);
        this.channel = failure.channel();
        this.kind = failure.kind();
        this.providerCode = failure.providerCode().orElse(null);
        this.detail = failure.detail();
    }

    /**
     * Returns the failure.
     *
     * @return the failure as given
     */
    public final DeliveryFailure failure() {
        return DeliveryFailure.of(channel, kind, providerCode, detail);
    }

    private static String text(DeliveryFailure failure) {
        return failure.channel() + ": " + failure.kind()
                + failure.providerCode().map(code -> " " + code).orElse("") + " " + failure.detail();
    }
}
