package dev.otpkit.testkit;

import java.net.URI;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A stand-in for Google: the token endpoint, {@code POST /token}, and the Gmail API, {@code POST
 * /gmail/v1/users/me/messages/send}.
 *
 * <pre>{@code
 * FakeGmail gmail = FakeGmail.start();
 * DeliveryChannel channel = GmailApiChannel.builder()
 *         .oauth2(OAuth2.builder()
 *                 .tokenEndpoint(gmail.tokenUrl())
 *                 .clientId(FakeGmail.CLIENT_ID)
 *                 .clientSecret(FakeGmail.CLIENT_SECRET)
 *                 .refreshToken(FakeGmail.REFRESH_TOKEN)
 *                 .build())
 *         .from("Acme <no-reply@acme.example>")
 *         .baseUrl(gmail.url())
 *         .build();
 * }</pre>
 *
 * <p>As Google does, it issues a new access token for an hour for the refresh token, refuses another client (401,
 * {@code invalid_client}) or refresh token (400, {@code invalid_grant}), and takes mails with an issued token
 * (otherwise 401, {@code authError}) and a recipient (otherwise 400, {@code invalidArgument}). Tokens do not expire
 * after the hour: see {@link #revokeTokens()}. While mails are refused, delayed or lost, tokens are issued as always.
 */
public final class FakeGmail extends FakeProvider {
    /** The id of the client that it accepts. */
    public static final String CLIENT_ID = "fake-client-id.apps.example";

    /** The secret of that client. */
    public static final String CLIENT_SECRET = "fake-client-secret";

    /** The refresh token that it accepts. */
    public static final String REFRESH_TOKEN = "1//fake-refresh-token";

    private static final String TOKEN_PATH = "/token";

    private final Set<String> tokens = ConcurrentHashMap.newKeySet();
    private final AtomicInteger tokensGiven = new AtomicInteger();
    private volatile Optional<Response> tokenRefusal = Optional.empty();

    private FakeGmail() {
        super("FakeGmail");
    }

    /**
     * Starts a stand-in that takes all mails.
     *
     * @return a new one; close it after the test
     */
    public static FakeGmail start() {
        return new FakeGmail();
    }

    /**
     * Returns the URL of the token endpoint.
     *
     * @return {@link #url()} and a path
     */
    public URI tokenUrl() {
        return url().resolve(TOKEN_PATH);
    }

    /** Invalidates all access tokens issued so far, as their expiry or a change of the password does. */
    public void revokeTokens() {
        tokens.clear();
    }

    /**
     * Refuses every mail.
     *
     * @param status such as 403, 429 or 500
     * @param reason Google's name for it, such as {@code insufficientPermissions}, {@code rateLimitExceeded} or
     *     {@code backendError}
     */
    public void refuseWith(int status, String reason) {
        respondWith(request -> error(status, reason, "Refused: " + reason));
    }

    /**
     * Refuses every request for an access token until {@link #recover()}; mails are taken with an earlier token.
     *
     * @param status such as 400 or 503
     * @param error such as {@code invalid_grant}, which a revoked or expired refresh token brings
     */
    public void refuseTokens(int status, String error) {
        tokenRefusal = Optional.of(tokenError(status, error));
    }

    @Override
    public void recover() {
        tokenRefusal = Optional.empty();
        super.recover();
    }

    @Override
    protected boolean mayBringMessage(Request request) {
        return !request.uri().getPath().equals(TOKEN_PATH);
    }

    @Override
    protected Response respond(Request request) {
        String call = request.method() + " " + request.uri().getPath();
        return switch (call) {
            case "POST " + TOKEN_PATH -> tokenRefusal.orElseGet(() -> token(request.form()));
            case "POST /gmail/v1/users/me/messages/send" -> send(request);
            default -> Response.html(404, "The requested URL was not found on this server.");
        };
    }

    private Response token(Map<String, String> form) {
        if (!CLIENT_ID.equals(form.get("client_id")) || !CLIENT_SECRET.equals(form.get("client_secret"))) {
            return tokenError(401, "invalid_client");
        }
        if (!"refresh_token".equals(form.get("grant_type"))) {
            return tokenError(400, "unsupported_grant_type");
        }
        if (!REFRESH_TOKEN.equals(form.get("refresh_token"))) {
            return tokenError(400, "invalid_grant");
        }
        String token = "ya29.fake-access-token-" + tokensGiven.incrementAndGet();
        tokens.add(token);
        Map<String, Object> given = new LinkedHashMap<>();
        given.put("access_token", token);
        given.put("expires_in", 3599);
        given.put("scope", "https://www.googleapis.com/auth/gmail.send");
        given.put("token_type", "Bearer");
        return Response.json(200, given);
    }

    private static Response tokenError(int status, String error) {
        Map<String, Object> refused = new LinkedHashMap<>();
        refused.put("error", error);
        refused.put(
                "error_description",
                error.equals("invalid_grant") ? "Token has been expired or revoked." : "Refused: " + error);
        return Response.json(status, refused);
    }

    private Response send(Request request) {
        String authorization = request.headers().getOrDefault("Authorization", "");
        if (!authorization.startsWith("Bearer ") || !tokens.contains(authorization.substring("Bearer ".length()))) {
            return error(401, "authError", "Invalid Credentials");
        }
        Optional<Mail> mail =
                mail(Json.string(Json.object(Json.read(request.body()).orElse("")), "raw"));
        if (mail.isEmpty()) {
            return error(400, "invalidArgument", "No RFC822 payload message was given");
        }
        if (mail.get().header("To").isEmpty()) {
            return error(400, "invalidArgument", "Recipient address required");
        }
        String id = String.format(Locale.ROOT, "%016x", 0x18c5f2a300000000L + nextNumber());
        take(new Message(
                id,
                mail.get().header("From"),
                mail.get().header("To"),
                mail.get().header("Subject"),
                mail.get().text()));
        Map<String, Object> taken = new LinkedHashMap<>();
        taken.put("id", id);
        taken.put("threadId", id);
        taken.put("labelIds", List.of("SENT"));
        return Response.json(200, taken);
    }

    private static Optional<Mail> mail(String raw) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(raw);
            return bytes.length == 0 ? Optional.empty() : Optional.of(Mail.read(bytes));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Response error(int status, String reason, String words) {
        Map<String, Object> detail = new LinkedHashMap<>();
        detail.put("message", words);
        detail.put("domain", "global");
        detail.put("reason", reason);
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("code", status);
        error.put("message", words);
        error.put("errors", List.of(detail));
        error.put("status", name(status));
        return Response.json(status, Map.of("error", error));
    }

    private static String name(int status) {
        return switch (status) {
            case 400 -> "INVALID_ARGUMENT";
            case 401 -> "UNAUTHENTICATED";
            case 403 -> "PERMISSION_DENIED";
            case 404 -> "NOT_FOUND";
            case 429 -> "RESOURCE_EXHAUSTED";
            case 503 -> "UNAVAILABLE";
            default -> status >= 500 ? "INTERNAL" : "FAILED_PRECONDITION";
        };
    }
}
