package dev.otpkit.channel.smtp;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A response of the Gmail API.
 *
 * @param status the HTTP status
 * @param id the message's id; empty if there is none
 * @param reasons Google's names for the error, the most specific first
 * @param message Google's text for the error; empty if there is none
 */
record GmailResponse(int status, String id, List<String> reasons, String message) {
    private static final Pattern REASON = Pattern.compile("[A-Za-z0-9_]{1,64}");

    /** Returns the response that a status and a body make, of any form. */
    static GmailResponse of(int status, String text) {
        JsonObject body = Json.object(text);
        JsonObject error = body == null ? null : Json.object(body, "error");
        List<String> reasons = new ArrayList<>();
        if (error != null) {
            addReasons(error.get("errors"), reasons);
            addReasons(error.get("details"), reasons);
            add(Json.text(error, "status"), reasons);
        }
        return new GmailResponse(
                status,
                body == null ? "" : Json.text(body, "id").strip(),
                List.copyOf(reasons),
                error == null ? "" : Json.text(error, "message").strip());
    }

    private static void addReasons(@Nullable JsonElement list, List<String> reasons) {
        if (list instanceof JsonArray elements) {
            for (JsonElement element : elements) {
                if (element.isJsonObject()) {
                    add(Json.text(element.getAsJsonObject(), "reason"), reasons);
                }
            }
        }
    }

    private static void add(String reason, List<String> reasons) {
        if (REASON.matcher(reason).matches()) {
            reasons.add(reason);
        }
    }

    boolean isSuccess() {
        return status / 100 == 2;
    }

    boolean isAccepted() {
        return isSuccess() && !id.isEmpty();
    }
}
