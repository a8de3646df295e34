package dev.otpkit;

/** The effect of a second {@code send} for the same recipient, purpose and binding while the first code is valid. */
public enum Resend {
    /**
     * Sends the same code again and restarts its expiry, so that each of the messages works, in any order of arrival.
     * This holds within the first {@code expiry} after the code was created; after that a new code is created. So a
     * code lives at most twice its expiry, and the minutes in every message are correct. The default.
     */
    REUSE,

    /**
     * Creates a new code, which replaces the old one: that is no longer accepted. Wrong guesses at the old one count
     * against the new one. If no channel delivers the new code ({@link SendResult.Undelivered}), the old one is valid
     * again, with the guesses at both counted.
     */
    ROTATE
}
