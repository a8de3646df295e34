package dev.otpkit.channel.smtp;

import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Why a server does not take a token: what it answers to {@code AUTH XOAUTH2} with 334 instead of yes or no, as JSON in
 * base64.
 */
record OAuth2Challenge(String status, String schemes, String scope) {
    private static final Set<String> TOKEN_REFUSED = Set.of("400", "401");

    /** Returns what the text of a reply says; null if it is anything else. */
    static @Nullable OAuth2Challenge of(String text) {
        try {
            String json = new String(Base64.getDecoder().decode(text.replace(" ", "")), StandardCharsets.UTF_8);
            JsonObject challenge = Json.object(json);
            return challenge == null
                    ? null
                    : new OAuth2Challenge(
                            Json.text(challenge, "status"),
                            Json.text(challenge, "schemes"),
                            Json.text(challenge, "scope"));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Tells whether the token is at fault, or what it allows, and not the server. */
    boolean refusesToken() {
        return TOKEN_REFUSED.contains(status);
    }

    /** Returns what it says, and what can be done. */
    @Override
    public String toString() {
        return "the server does not take the access token: status " + orNone(status) + ", schemes " + orNone(schemes)
                + ", scope " + orNone(scope)
                + "; it must be granted for that scope by the account that logs in, or for it,"
                + " and that account be allowed to send over SMTP";
    }

    private static String orNone(String text) {
        return text.isBlank() ? "not told" : text;
    }
}
