package dev.otpkit.channel.smtp;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.otpkit.EmailAddress;
import dev.otpkit.Recipient;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.testkit.FakeGmail;
import dev.otpkit.testkit.FakeProvider;
import dev.otpkit.testkit.FakeProvider.Response;
import dev.otpkit.testkit.HttpChannelContract;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class GmailApiChannelContractIT extends HttpChannelContract {
    private static final String TOKEN_START = "ya29.fake-access-token-";

    private OAuth2 tokens;

    @Override
    protected FakeProvider createProvider() {
        return FakeGmail.start();
    }

    @Override
    protected DeliveryChannel createChannel(URI url, Duration timeout) {
        if (tokens == null) {
            // One for all channels of a test, so that they have the same access token.
            tokens = OAuth2.builder()
                    .tokenEndpoint(((FakeGmail) provider()).tokenUrl())
                    .clientId(FakeGmail.CLIENT_ID)
                    .clientSecret(FakeGmail.CLIENT_SECRET)
                    .refreshToken(FakeGmail.REFRESH_TOKEN)
                    .build();
        }
        return GmailApiChannel.builder()
                .oauth2(tokens)
                .baseUrl(url)
                .from("Acme <no-reply@acme.example>")
                .timeout(timeout)
                .build();
    }

    @Override
    protected Recipient supportedRecipient() {
        return new EmailAddress("reader@recipient.example");
    }

    @Override
    protected Optional<Response> refusal(DeliveryFailure.Kind kind, String words) {
        return switch (kind) {
            case RECIPIENT_REJECTED ->
                Optional.of(error(400, "invalidArgument", "INVALID_ARGUMENT", "Invalid To header: " + words));
            case THROTTLED ->
                Optional.of(error(
                        429,
                        "rateLimitExceeded",
                        "RESOURCE_EXHAUSTED",
                        "User-rate limit exceeded. Retry after " + words));
            // Names for an error are texts, which may repeat parts of the request.
            case MISCONFIGURED -> Optional.of(error(403, words, words, words));
            case UNAVAILABLE ->
                Optional.of(new Response(
                        408,
                        Map.of("Content-Type", "text/html; charset=UTF-8"),
                        "<!DOCTYPE html><title>Error 408 (Request Timeout)!!1</title><p>Your client has taken too long"
                                + " to issue its request: " + words + " <ins>That’s all we know.</ins>"));
            // Google has no list of recipients who opted out.
            default -> Optional.empty();
        };
    }

    private static Response error(int status, String reason, String name, String words) {
        JsonObject detail = new JsonObject();
        detail.addProperty("message", words);
        detail.addProperty("domain", "global");
        detail.addProperty("reason", reason);
        JsonArray errors = new JsonArray();
        errors.add(detail);
        JsonObject error = new JsonObject();
        error.addProperty("code", status);
        error.addProperty("message", words);
        error.add("errors", errors);
        error.addProperty("status", name);
        JsonObject body = new JsonObject();
        body.add("error", error);
        return new Response(status, Map.of("Content-Type", "application/json; charset=UTF-8"), body.toString());
    }

    @Override
    protected List<String> credentials() {
        return List.of(TOKEN_START, FakeGmail.REFRESH_TOKEN, FakeGmail.CLIENT_SECRET);
    }

    @Override
    protected List<String> credentialsSent() {
        return List.of(TOKEN_START + "1");
    }
}
