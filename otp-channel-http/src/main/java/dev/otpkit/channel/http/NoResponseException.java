package dev.otpkit.channel.http;

import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;

/** Thrown where a server did not answer, or not in HTTP. Its message names the host, and nothing of the request. */
public final class NoResponseException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    NoResponseException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /**
     * Returns what it means for what was asked.
     *
     * @return {@code UNCERTAIN} if the request may have arrived; {@code MISCONFIGURED} if it did not because the server's
     *     certificate is not trusted; {@code UNAVAILABLE} if it did not for another reason
     */
    public Kind kind() {
        return kind;
    }

    /** Returns the same, as a channel says it. */
    public DeliveryException asFailureOf(String channel) {
        return new DeliveryException(DeliveryFailure.of(channel, kind, null, String.valueOf(getMessage())));
    }
}
