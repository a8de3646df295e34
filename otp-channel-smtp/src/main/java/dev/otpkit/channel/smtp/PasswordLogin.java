package dev.otpkit.channel.smtp;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** A login by password: {@code PLAIN} (RFC 4616), or {@code LOGIN} where a server has nothing better. */
record PasswordLogin(String user, String secret) implements SmtpLogin {
    private static final String HIDDEN = "••••••";

    @Override
    public String mechanisms() {
        return "PLAIN LOGIN";
    }

    @Override
    public String redact(String text) {
        String redacted = text;
        for (String form : List.of(
                base64(user + '\0' + user + '\0' + secret),
                base64('\0' + user + '\0' + secret),
                base64(secret),
                secret)) {
            redacted = redacted.replace(form, HIDDEN);
        }
        return redacted;
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns a text without the password. */
    @Override
    public String toString() {
        return "PasswordLogin[user=" + user + "]";
    }
}
