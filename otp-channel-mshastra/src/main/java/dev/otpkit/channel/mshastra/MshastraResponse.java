package dev.otpkit.channel.mshastra;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import dev.otpkit.channel.mshastra.MshastraErrors.KnownError;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The response to one message, as far as it could be interpreted.
 *
 * @param id the provider's id of the message; empty if it gave none
 * @param text the provider's text, or a description of the response if it has no text to quote
 * @param success true if the text means success and nothing else
 * @param error the error that the response names
 */
record MshastraResponse(String id, String text, boolean success, Optional<KnownError> error) {
    private static final Gson JSON =
            new GsonBuilder().setStrictness(Strictness.STRICT).create();
    private static final Pattern SUCCESS = Pattern.compile("success|message sent");

    /** The whole of a text that is known to mean success, or is close to one. No word of any other text is trusted. */
    private static final Pattern ACCEPTED = Pattern.compile("(?:000 ?[-:]? ?)?"
            + "(?:(?:message |sms )?(?:(?:send|sent|submitted|accepted) )?success(?:ful|fully)?"
            + "|(?:message |sms )?successfully (?:sent|submitted|accepted)|message sent)[.!]?");

    /** Reads a body: the provider's JSON, a sentence as in its URL API, or neither. */
    static MshastraResponse read(String body) {
        return element(body).map(MshastraResponse::ofElement).orElseGet(() -> ofText(body.strip()));
    }

    /** Returns whether the provider accepted the message. */
    boolean isAccepted() {
        return success && !id.isEmpty() && error.isEmpty();
    }

    private static MshastraResponse ofElement(JsonObject element) {
        String id = field(element, "msg_id");
        String text = field(element, "str_response");
        if (text.isEmpty()) {
            text = field(element, "response");
        }
        String normal = MshastraErrors.normal(text);
        if (SUCCESS.matcher(normal).find()) {
            boolean sure = ACCEPTED.matcher(normal).matches() && codeOf(element).isEmpty();
            return new MshastraResponse(id, text, sure, Optional.empty());
        }
        Optional<KnownError> error = MshastraErrors.atTheStartOf(text);
        if (error.isEmpty() && id.isEmpty()) {
            error = codeOf(element);
        }
        return new MshastraResponse(id, text.isEmpty() ? "a response without text" : text, false, error);
    }

    private static MshastraResponse ofText(String text) {
        Optional<KnownError> error = MshastraErrors.exactly(text);
        String shown = text;
        if (text.isEmpty()) {
            shown = "an empty response";
        } else if (text.startsWith("<")) {
            shown = "an HTML page instead of a response";
        } else if (text.startsWith("[") || text.startsWith("{")) {
            shown = "a response that cannot be interpreted";
        }
        return new MshastraResponse("", shown, false, error);
    }

    private static Optional<JsonObject> element(String body) {
        try {
            JsonElement all = JSON.fromJson(body, JsonElement.class);
            return all instanceof JsonArray array && !array.isEmpty() && array.get(0) instanceof JsonObject first
                    ? Optional.of(first)
                    : Optional.empty();
        } catch (JsonParseException e) {
            return Optional.empty();
        }
    }

    private static Optional<KnownError> codeOf(JsonObject element) {
        String code = field(element, "code");
        return code.matches("\\d{1,3}")
                ? MshastraErrors.ofCode("0".repeat(3 - code.length()) + code)
                : Optional.empty();
    }

    /** Returns a text or a number, without the blanks that the provider pads it with; empty for any other value. */
    private static String field(JsonObject element, String name) {
        JsonElement value = element.get(name);
        return value != null
                        && value.isJsonPrimitive()
                        && !value.getAsJsonPrimitive().isBoolean()
                ? value.getAsString().strip()
                : "";
    }
}
