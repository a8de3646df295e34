package dev.otpkit.channel.http;

import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;

/**
 * Thrown if a provider did not respond, or not in HTTP. It is the failure that a channel throws in such a case, so
 * {@code deliver} lets it pass. It names the host, nothing of the request, and has no cause.
 */
public final class NoResponseException extends DeliveryException {
    private static final long serialVersionUID = 1L;

    NoResponseException(String channel, Kind kind, String detail) {
        super(DeliveryFailure.of(channel, kind, null, detail));
    }

    /**
     * Returns the failure's kind.
     *
     * @return {@code UNCERTAIN} if the request may have arrived, and for an interrupt, which is restored;
     *     {@code MISCONFIGURED} if it did not, because the server's certificate is not trusted; {@code UNAVAILABLE} if
     *     it did not for another reason
     */
    public Kind kind() {
        return failure().kind();
    }
}
