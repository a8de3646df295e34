package dev.otpkit.channel.smtp;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.otpkit.spi.DeliveryFailure.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the Gmail API answered.
 *
 * @param status the HTTP status
 * @param id the message's id; empty if there is none
 * @param reasons Google's names for what went wrong, the most telling first
 * @param words what Google says to it; empty if nothing
 */
record GoogleAnswer(int status, String id, List<String> reasons, String words) {
    private static final Set<String> LIMITS = Set.of(
            "rateLimitExceeded",
            "userRateLimitExceeded",
            "dailyLimitExceeded",
            "quotaExceeded",
            "RESOURCE_EXHAUSTED",
            "RATE_LIMIT_EXCEEDED");
    private static final Pattern NAMES_RECIPIENT =
            Pattern.compile("(?i)\\binvalid to header\\b|\\brecipient'?s? (e-?mail )?address\\b");
    private static final Pattern REASON = Pattern.compile("[A-Za-z0-9_]{1,64}");

    static GoogleAnswer of(int status, String text) {
        JsonObject body = Json.object(text);
        JsonObject error = body == null ? null : Json.object(body, "error");
        List<String> reasons = new ArrayList<>();
        if (error != null) {
            addReasons(error.get("errors"), reasons);
            addReasons(error.get("details"), reasons);
            add(Json.text(error, "status"), reasons);
        }
        return new GoogleAnswer(
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

    boolean isAccepted() {
        return status / 100 == 2 && !id.isEmpty();
    }

    /** Returns what it means that the message was not, or not clearly, accepted. */
    Kind kind() {
        if (status == 429 || (status == 403 && reasons.stream().anyMatch(LIMITS::contains))) {
            return Kind.THROTTLED;
        }
        return switch (status) {
            case 401, 403, 404 -> Kind.MISCONFIGURED;
            case 400 -> NAMES_RECIPIENT.matcher(words).find() ? Kind.RECIPIENT_REJECTED : Kind.MISCONFIGURED;
            default -> status / 100 == 4 ? Kind.UNAVAILABLE : Kind.UNCERTAIN;
        };
    }

    /** Returns Google's name for what went wrong, or the status. */
    String code() {
        return reasons.isEmpty() ? String.valueOf(status) : reasons.get(0);
    }
}
