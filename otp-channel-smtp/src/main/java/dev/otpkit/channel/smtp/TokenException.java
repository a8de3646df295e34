package dev.otpkit.channel.smtp;

import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.spi.OtpMessage;
import org.jspecify.annotations.Nullable;

/** Thrown where there is no access token. Its message names the token endpoint's host, and no secret. */
final class TokenException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final @Nullable String code;

    TokenException(Kind kind, @Nullable String code, String message) {
        super(message);
        this.kind = kind;
        this.code = code;
    }

    /** Returns the same for another thread: what one asked for fails for all that wait. */
    TokenException copy() {
        return new TokenException(kind, code, String.valueOf(getMessage()));
    }

    /** Returns the same, as a channel says it. */
    DeliveryException asFailureOf(String channel, OtpMessage message) {
        return new DeliveryException(
                DeliveryFailure.of(channel, kind, code, message.redact(String.valueOf(getMessage()))));
    }
}
