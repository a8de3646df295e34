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
 * What an answer to one message says.
 *
 * @param id the provider's name for the message; empty if it gave none
 * @param words what it said, or what kind of answer it is if that is nothing to quote
 * @param success whether that means success, and nothing else
 * @param error the error that it names
 */
record MshastraResponse(String id, String words, boolean success, Optional<KnownError> error) {
    private static final Gson JSON =
            new GsonBuilder().setStrictness(Strictness.STRICT).create();
    private static final Pattern SUCCESS = Pattern.compile("success|message sent");

    /** All of a text that is known to mean success, or is near to one: of any other, no word can be trusted. */
    private static final Pattern ACCEPTED = Pattern.compile("(?:000 ?[-:]? ?)?"
            + "(?:(?:message |sms )?(?:(?:send|sent|submitted|accepted) )?success(?:ful|fully)?"
            + "|(?:message |sms )?successfully (?:sent|submitted|accepted)|message sent)[.!]?");

    /** Reads a body, which is the provider's JSON, or a sentence as its URL API says it, or neither. */
    static MshastraResponse read(String body) {
        return element(body).map(MshastraResponse::ofElement).orElseGet(() -> ofText(body.strip()));
    }

    /** Tells whether the provider took the message. */
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
        String words = text;
        if (text.isEmpty()) {
            words = "an empty response";
        } else if (text.startsWith("<")) {
            words = "an HTML page instead of a response";
        } else if (text.startsWith("[") || text.startsWith("{")) {
            words = "a response that cannot be interpreted";
        }
        return new MshastraResponse("", words, false, error);
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

    /** Returns a text or a number, without the blanks that the provider pads it with; empty if it is neither. */
    private static String field(JsonObject element, String name) {
        JsonElement value = element.get(name);
        return value != null
                        && value.isJsonPrimitive()
                        && !value.getAsJsonPrimitive().isBoolean()
                ? value.getAsString().strip()
                : "";
    }
}
