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
 * Reads what servers answer in JSON (RFC 8259), strictly. Complaints are not passed on: they may hold what was read.
 */
final class Json {
    private Json() {}

    /** Returns the object that a text is; null if it is anything else. */
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

    /** Returns the object that a member is; null if there is no such member, or it is anything else. */
    static @Nullable JsonObject object(JsonObject parent, String member) {
        JsonElement element = parent.get(member);
        return element != null && element.isJsonObject() ? element.getAsJsonObject() : null;
    }

    /** Returns the text that a member is; empty if there is no such member, or it is anything else. */
    static String text(JsonObject parent, String member) {
        JsonElement element = parent.get(member);
        return element instanceof JsonPrimitive text && text.isString() ? text.getAsString() : "";
    }
}
