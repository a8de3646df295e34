package dev.otpkit.channel.smtp;

import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.spi.OtpMessage;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Thrown if there is no access token. Its message names the token endpoint's host, and no secret. */
final class OAuth2Exception extends Exception {
    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final @Nullable String code;
    private final String endpoint;
    private final String words;

    /**
     * Creates an exception.
     *
     * @param code the endpoint's code for the error; null if there is none
     * @param endpoint the endpoint as a text with its host
     * @param words the reason, without a secret
     */
    OAuth2Exception(Kind kind, @Nullable String code, String endpoint, String words) {
        super(endpoint + ": " + words);
        this.kind = kind;
        this.code = code;
        this.endpoint = endpoint;
        this.words = words;
    }

    Kind kind() {
        return kind;
    }

    /** Returns the same for another thread: a failed request fails for all threads that wait for it. */
    OAuth2Exception copy() {
        return new OAuth2Exception(kind, code, endpoint, words);
    }

    /** Returns the same for a delivery that makes no request, because this failure is too recent. */
    OAuth2Exception withoutRequestUntil(Instant end) {
        return new OAuth2Exception(
                kind, code, endpoint, "no new request until " + end.truncatedTo(ChronoUnit.SECONDS) + ": " + words);
    }

    /** Returns the same as the failure of a channel. */
    DeliveryException asFailureOf(String channel, OtpMessage message) {
        return new DeliveryException(DeliveryFailure.of(
                channel,
                kind,
                code == null ? null : message.redact(code),
                message.redact(String.valueOf(getMessage()))));
    }
}
