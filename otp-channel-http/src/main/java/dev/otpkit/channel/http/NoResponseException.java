package dev.otpkit.channel.http;

import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;

/**
 * Thrown if a provider did not respond, or not in HTTP. A channel's {@code deliver} lets it pass, since it is the
 * failure to throw in such a case. It names the host, repeats nothing of the request, and has no cause.
 */
public final class NoResponseException extends DeliveryException {
    private static final long serialVersionUID = 1L;

    NoResponseException(String channel, Kind kind, String detail) {
        super(DeliveryFailure.of(channel, kind, null, detail));
    }

    /**
     * Returns the failure's kind.
     *
     * @return {@code UNCERTAIN} if the request may have arrived, and after an interrupt, whose flag is restored;
     *     {@code MISCONFIGURED} if it did not arrive because the server's certificate is not trusted;
     *     {@code UNAVAILABLE} if it did not arrive for another reason
     */
    public Kind kind() {
        return failure().kind();
    }
}
