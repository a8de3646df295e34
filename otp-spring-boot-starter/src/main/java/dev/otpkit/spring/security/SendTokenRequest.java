package dev.otpkit.spring.security;

import dev.otpkit.OtpRequest;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.springframework.security.authentication.ott.GenerateOneTimeTokenRequest;

/** A request for a code. Its username is never blank, as the superclass wants, and may be impossible. */
final class SendTokenRequest extends GenerateOneTimeTokenRequest {
    private final Optional<String> possible;
    private final UnaryOperator<OtpRequest> request;

    /**
     * Creates a request.
     *
     * @param possible empty if the typed text cannot be a username
     * @param request completes the request to the manager with what is known of the browser
     */
    SendTokenRequest(Optional<String> possible, UnaryOperator<OtpRequest> request) {
        super(possible.orElse("impossible"));
        this.possible = possible;
        this.request = request;
    }

    Optional<String> possible() {
        return possible;
    }

    OtpRequest complete(OtpRequest start) {
        return request.apply(start);
    }
}
