package dev.otpkit.channel.smtp;

import com.google.gson.JsonObject;
import dev.otpkit.channel.http.HttpCaller;
import dev.otpkit.channel.http.NoResponseException;
import dev.otpkit.channel.http.ProviderRequest;
import dev.otpkit.channel.http.ProviderResponse;
import dev.otpkit.spi.DeliveryFailure.Kind;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A token endpoint, from which each call requests one access token (RFC 6749, 4.4.2 and 6). Not thread-safe. */
final class OAuth2Endpoint {
    private static final Logger LOG = LoggerFactory.getLogger("dev.otpkit.channel.smtp.OAuth2");
    private static final Pattern TOKEN = Pattern.compile("[!-~]{1,16384}");
    private static final Pattern ERROR = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");
    private static final int MAX_DESCRIPTION = 300;

    private static final String DEAD_REFRESH_TOKEN =
            "the refresh token is no longer valid: log in again as the sender to get a new one, and configure that. It"
                    + " ends when access is revoked, the password changed, it was not used for long (Google: six"
                    + " months), or too many newer ones exist; at Google also after 7 days while the consent screen is"
                    + " in Testing";
    private static final String WRONG_CLIENT = "check the client's id, its secret and its permissions";

    private final URI url;
    private final Consumer<String> onNewRefreshToken;
    private final Duration timeout;
    private OAuth2Grant grant;

    OAuth2Endpoint(URI url, OAuth2Grant grant, Duration timeout, Consumer<String> onNewRefreshToken) {
        this.url = url;
        this.grant = grant;
        this.timeout = timeout;
        this.onNewRefreshToken = onNewRefreshToken;
    }

    /** Returns a new token. */
    OAuth2Token request(Instant now) throws OAuth2Exception {
        ProviderResponse response;
        // An hour may pass before the next request, so no connection is kept, and a source has nothing to close.
        try (HttpCaller caller = HttpCaller.create("oauth2", timeout)) {
            response = caller.send(grant.addTo(ProviderRequest.post(url).header("Accept", "application/json")));
        } catch (NoResponseException e) {
            // Without a token no message was sent, even if the outcome of this request is unknown.
            throw failure(
                    e.kind() == Kind.UNCERTAIN ? Kind.UNAVAILABLE : e.kind(),
                    null,
                    e.failure().detail());
        }
        JsonObject body = Json.object(response.body());
        if (!response.isSuccess()) {
            throw refusal(response.status(), body);
        }
        if (body == null) {
            throw failure(Kind.UNAVAILABLE, String.valueOf(response.status()), "the response is no JSON object");
        }
        keepRefreshToken(Json.text(body, "refresh_token"));
        String type = Json.text(body, "token_type");
        if (!type.isEmpty() && !type.equalsIgnoreCase("Bearer")) {
            throw failure(
                    Kind.MISCONFIGURED,
                    String.valueOf(response.status()),
                    "the server's tokens are not bearer tokens, and mail servers accept no others");
        }
        String token = Json.text(body, "access_token");
        if (!TOKEN.matcher(token).matches()) {
            throw failure(Kind.UNAVAILABLE, String.valueOf(response.status()), "the response has no access_token");
        }
        return OAuth2Token.of(token, body.get("expires_in"), now);
    }

    private void keepRefreshToken(String newOne) {
        if (grant.refreshToken() == null
                || grant.refreshToken().equals(newOne)
                || !TOKEN.matcher(newOne).matches()) {
            return;
        }
        grant = grant.withRefreshToken(newOne);
        try {
            onNewRefreshToken.accept(newOne);
        } catch (RuntimeException | Error e) {
            // Its text may contain the token.
            LOG.warn(
                    "{}: a new refresh token could not be kept, {} was thrown; after a restart the old one may be"
                            + " refused",
                    this,
                    e.getClass().getName());
        }
    }

    private OAuth2Exception refusal(int status, @Nullable JsonObject body) {
        String error = body == null ? "" : Json.text(body, "error");
        boolean named = ERROR.matcher(error).matches();
        String code = named ? error : String.valueOf(status);
        StringBuilder words = new StringBuilder().append(status);
        if (named) {
            words.append(' ').append(grant.redact(error));
        }
        String advice = advice(status, error);
        if (!advice.isEmpty()) {
            words.append(", ").append(advice);
        }
        String description = body == null ? "" : grant.redact(Json.text(body, "error_description"));
        if (!description.isBlank()) {
            words.append(". The server's text: ")
                    .append(description, 0, description.offsetByCodePoints(0, shown(description)));
        }
        return failure(kind(status), grant.redact(code), words.toString());
    }

    private static int shown(String text) {
        return Math.min(text.codePointCount(0, text.length()), MAX_DESCRIPTION);
    }

    private static Kind kind(int status) {
        return status == 429 ? Kind.THROTTLED : status >= 500 ? Kind.UNAVAILABLE : Kind.MISCONFIGURED;
    }

    private String advice(int status, String error) {
        if (status == 429 || status >= 500) {
            return "";
        }
        return switch (error) {
            case "invalid_grant" -> grant.refreshToken() == null ? WRONG_CLIENT : DEAD_REFRESH_TOKEN;
            case "invalid_client", "unauthorized_client" -> WRONG_CLIENT;
            case "invalid_scope" -> "check the scope, and that it was granted";
            default -> "check the token endpoint's URL and the client";
        };
    }

    private OAuth2Exception failure(Kind kind, @Nullable String code, String words) {
        return new OAuth2Exception(kind, code, toString(), words);
    }

    /** Returns the host and port, without path and query. */
    @Override
    public String toString() {
        return "token endpoint " + url.getRawAuthority();
    }
}
