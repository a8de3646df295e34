package dev.otpkit.spring.security;

import java.io.Serial;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AbstractAuthenticationToken;

/**
 * A typed code, with all that it is checked against. It is not one of Spring Security's tokens, so that no other
 * provider sees it and replaces the reason of a rejection by its own.
 */
final class OtpAuthenticationToken extends AbstractAuthenticationToken {
    @Serial
    private static final long serialVersionUID = 1L;

    private final @Nullable String username;
    private final @Nullable String decoyAddress;
    private final @Nullable String binding;
    private final @Nullable String clientAddress;
    private final transient String code;

    /**
     * Creates a token.
     *
     * @param username null if no log-in has begun
     * @param decoyAddress null if the code is at the address of the account
     * @param binding null if there is no session
     * @param clientAddress null if it is not known
     */
    OtpAuthenticationToken(
            @Nullable String username,
            @Nullable String decoyAddress,
            @Nullable String binding,
            @Nullable String clientAddress,
            String code) {
        super(List.of());
        this.username = username;
        this.decoyAddress = decoyAddress;
        this.binding = binding;
        this.clientAddress = clientAddress;
        this.code = code;
    }

    @Nullable String decoyAddress() {
        return decoyAddress;
    }

    @Nullable String binding() {
        return binding;
    }

    @Nullable String clientAddress() {
        return clientAddress;
    }

    String code() {
        return code;
    }

    /** Returns null: an event of a failure may be logged, and the code may still be right. */
    @Override
    public @Nullable Object getCredentials() {
        return null;
    }

    @Override
    public @Nullable Object getPrincipal() {
        return username;
    }

    /** Returns a text without the username, which may be an address, and without the id of the session. */
    @Override
    public String toString() {
        return "OtpAuthenticationToken[]";
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
