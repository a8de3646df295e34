package dev.otpkit.channel.smtp;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import org.jspecify.annotations.Nullable;

/**
 * A strict reader of responses in JSON (RFC 8259), on Gson. Gson's exceptions are dropped: their texts may quote the
 * response.
 */
final class Json {
    private Json() {}

    /** Returns the object in a text; null if the text is not one JSON object. */
    static @Nullable JsonObject object(String text) {
        try {
            JsonReader reader = new JsonReader(new StringReader(text));
            reader.setStrictness(Strictness.STRICT);
            JsonElement element = JsonParser.parseReader(reader);
            return element.isJsonObject() && reader.peek() == JsonToken.END_DOCUMENT ? element.getAsJsonObject() : null;
        } catch (JsonParseException | IOException e) {
            return null;
        }
    }

    /** Returns the object in a member; null if the member is missing or not an object. */
    static @Nullable JsonObject object(JsonObject parent, String member) {
        JsonElement element = parent.get(member);
        return element != null && element.isJsonObject() ? element.getAsJsonObject() : null;
    }

    /** Returns the text in a member; empty if the member is missing or not a string. */
    static String text(JsonObject parent, String member) {
        JsonElement element = parent.get(member);
        return element instanceof JsonPrimitive text && text.isString() ? text.getAsString() : "";
    }
}
