package dev.otpkit.channel.twilio;

import dev.otpkit.spi.DeliveryFailure.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Thrown through the SDK if Twilio did not accept a message, or may not have: the SDK's own exceptions lose the kind of
 * the failure. It never leaves this package. Its detail may repeat the request, so it has neither a message nor a stack
 * trace.
 */
final class TwilioFailureException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final @Nullable String providerCode;
    private final String detail;

    TwilioFailureException(Kind kind, @Nullable String providerCode, String detail) {
        super(null, null, false, false);
        this.kind = kind;
        this.providerCode = providerCode;
        this.detail = detail;
    }

    Kind kind() {
        return kind;
    }

    @Nullable String providerCode() {
        return providerCode;
    }

    String detail() {
        return detail;
    }
}
