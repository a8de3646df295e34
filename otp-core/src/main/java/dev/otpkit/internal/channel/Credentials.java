package dev.otpkit.internal.channel;

import dev.otpkit.internal.Redaction;

/** Hides credentials where there is no message, such as in the answer of a token endpoint. */
public final class Credentials {
    private Credentials() {}

    /**
     * Returns a text without these credentials, as {@link dev.otpkit.spi.OtpMessage#redact} hides them.
     *
     * @param credentials passwords, tokens, keys; an empty one is none
     */
    public static String redact(String text, String... credentials) {
        return Redaction.of(credentials).hide(text);
    }
}
