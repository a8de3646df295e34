package dev.otpkit.channel.smtp;

import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A server's reason to refuse a token: the JSON object, in base64, of a 334 reply to {@code AUTH XOAUTH2}. The members
 * are empty if they are not given.
 */
record XOAuth2Refusal(String status, String schemes, String scope) {
    private static final Set<String> TOKEN_REFUSED = Set.of("400", "401");

    /** Returns the reason in the text of a reply; null if it has none. */
    static @Nullable XOAuth2Refusal of(String text) {
        try {
            String json = new String(Base64.getDecoder().decode(text.replace(" ", "")), StandardCharsets.UTF_8);
            JsonObject refusal = Json.object(json);
            return refusal == null
                    ? null
                    : new XOAuth2Refusal(
                            Json.text(refusal, "status"), Json.text(refusal, "schemes"), Json.text(refusal, "scope"));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Returns true if the token or its scope is the reason, and not the server. */
    boolean refusesToken() {
        return TOKEN_REFUSED.contains(status);
    }

    /** Returns the server's reason and the operator's remedy. */
    @Override
    public String toString() {
        return "the server refuses the access token: status " + orNone(status) + ", schemes " + orNone(schemes)
                + ", scope " + orNone(scope)
                + "; the token must be granted for that scope by the account that logs in, or for it,"
                + " and that account must be allowed to send over SMTP";
    }

    private static String orNone(String text) {
        return text.isBlank() ? "not given" : text;
    }
}
