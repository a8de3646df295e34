package dev.otpkit.channel.smtp;

import dev.otpkit.channel.http.ProviderRequest;
import dev.otpkit.spi.OtpMessage;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The credentials by which a client gets access tokens: its own (client credentials, RFC 6749, 4.4), or those and a
 * refresh token (RFC 6749, 6).
 *
 * @param clientId the client's id
 * @param clientSecret null if the server wants none
 * @param refreshToken null for client credentials
 * @param scope null to leave it to the server
 */
record OAuth2Grant(
        String clientId,
        @Nullable String clientSecret,
        @Nullable String refreshToken,
        @Nullable String scope) {

    /** Returns the same with another refresh token. */
    OAuth2Grant withRefreshToken(String newOne) {
        return new OAuth2Grant(clientId, clientSecret, newOne, scope);
    }

    /** Returns a request with the fields of this grant. */
    ProviderRequest addTo(ProviderRequest request) {
        ProviderRequest filled = request.field(
                        "grant_type", refreshToken == null ? "client_credentials" : "refresh_token")
                .field("client_id", clientId);
        filled = clientSecret == null ? filled : filled.field("client_secret", clientSecret);
        filled = refreshToken == null ? filled : filled.field("refresh_token", refreshToken);
        return scope == null ? filled : filled.field("scope", scope);
    }

    /** Returns a text without the secret and the refresh token. */
    String redact(String text) {
        return OtpMessage.redactCredentials(
                text, Objects.requireNonNullElse(clientSecret, ""), Objects.requireNonNullElse(refreshToken, ""));
    }

    /** Returns the client's id; no secret. */
    @Override
    public String toString() {
        return "OAuth2Grant[clientId=" + clientId + "]";
    }
}
