package dev.otpkit;

/** What a second {@code send} for the same recipient, purpose and binding does while the first code is alive. */
public enum Resend {
    /**
     * Sends the same code again and starts its life anew, so that whichever message arrives first works. Only within
     * the first {@code expiry} after the code was made, so a code lives at most twice its expiry and every message
     * tells the truth about its minutes; after that a new code is made. The default.
     */
    REUSE,

    /**
     * Makes a new code in the place of the old one, which is no longer accepted. Wrong guesses at the old one count
     * against the new one. If no channel delivers the new code ({@link SendResult.Undelivered}), the old one is valid
     * again, with the guesses at both counted.
     */
    ROTATE
}
