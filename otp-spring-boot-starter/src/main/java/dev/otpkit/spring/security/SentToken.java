package dev.otpkit.spring.security;

import dev.otpkit.SendResult;
import java.io.Serial;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.ott.OneTimeToken;

/** The outcome of a request for a code, in the form that Spring Security passes on. It does not have the code. */
final class SentToken implements OneTimeToken {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String username;
    private final boolean possible;
    private final transient @Nullable SendResult result;
    private final @Nullable String decoyAddress;

    /**
     * Creates an outcome.
     *
     * @param result null if the store or the user service could not answer
     * @param decoyAddress the address of the decoy that was sent because that of the account gets no message; else null
     */
    SentToken(SendTokenRequest request, @Nullable SendResult result, @Nullable String decoyAddress) {
        this.username = request.getUsername();
        this.possible = request.possible().isPresent();
        this.result = result;
        this.decoyAddress = decoyAddress;
    }

    /** Returns whether the typed text can be a username. */
    boolean isPossible() {
        return possible;
    }

    /** Returns the result of the send; empty if the store or the user service could not answer. */
    Optional<SendResult> result() {
        return Optional.ofNullable(result);
    }

    @Nullable String decoyAddress() {
        return decoyAddress;
    }

    @Override
    public String getTokenValue() {
        return "";
    }

    @Override
    public String getUsername() {
        return username;
    }

    @Override
    public Instant getExpiresAt() {
        return result instanceof SendResult.Sent sent ? sent.expiresAt() : Instant.EPOCH;
    }
}
