package dev.otpkit.channel.twilio;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.otpkit.channel.http.ProviderResponse;
import dev.otpkit.spi.DeliveryFailure.Kind;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** A response to the request for a message. Its body may be JSON in two forms, a proxy's HTML, or empty. */
final class TwilioResponse {
    static final Pattern MESSAGE_SID = Pattern.compile("(SM|MM)[0-9a-fA-F]{32}");

    private static final Set<String> REFUSED = Set.of("failed", "undelivered", "canceled");
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final ProviderResponse response;
    private final JsonNode body;

    TwilioResponse(ProviderResponse response) {
        this.response = response;
        this.body = read(response.body());
    }

    /**
     * Returns the SID of the message that Twilio accepted.
     *
     * @throws TwilioFailureException if it accepted none, or the response does not confirm that it did
     */
    String messageSid() {
        if (!response.isSuccess()) {
            throw failure(TwilioErrors.ofResponse(response.status(), number("code")), number("code"), errorText());
        }
        String sid = text("sid");
        if (!MESSAGE_SID.matcher(sid).matches()) {
            throw failure(Kind.UNCERTAIN, null, "a response without a message SID");
        }
        if (REFUSED.contains(text("status"))) {
            Integer code = number("error_code");
            throw failure(
                    TwilioErrors.of(code, Kind.UNAVAILABLE),
                    code,
                    joined(Stream.of("message " + sid + " is " + text("status"), text("error_message"))));
        }
        return sid;
    }

    /**
     * Returns the part of a response of success that the SDK receives. The rest repeats number and text, and has fields
     * that the SDK cannot read under every locale; neither may turn a message that was accepted into an uncertain one.
     *
     * @param sid letters and digits, as {@link #messageSid()} returns
     */
    static String withSid(String sid) {
        return "{\"sid\":\"" + sid + "\"}";
    }

    private TwilioFailureException failure(Kind kind, @Nullable Integer code, String text) {
        return new TwilioFailureException(
                kind,
                String.valueOf(code == null ? response.status() : code),
                "HTTP " + response.status() + ": " + text);
    }

    /** Returns the text of the error: {@code message}, or the texts of RFC 9457. */
    private String errorText() {
        Stream<String> errors = StreamSupport.stream(body.path("errors").spliterator(), false)
                .map(error -> error.path("detail").asText());
        String text = joined(Stream.concat(List.of(text("message"), text("title"), text("detail")).stream(), errors));
        return text.isEmpty() ? "no readable error" : text;
    }

    private static String joined(Stream<String> parts) {
        return parts.filter(part -> !part.isBlank()).collect(Collectors.joining("; "));
    }

    private String text(String field) {
        return body.path(field).asText("");
    }

    private @Nullable Integer number(String field) {
        int number = body.path(field).asInt(0);
        return number > 0 ? number : null;
    }

    private static JsonNode read(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }
}
