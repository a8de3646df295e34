package dev.otpkit;

/** What a second {@code send} for the same recipient, purpose and binding does while the first code is alive. */
public enum Resend {
    /**
     * Sends the same code again and starts its life anew, so that whichever message arrives first works. Only within
     * the first {@code expiry} after the code was made, so a code lives at most twice its expiry and every message
     * tells the truth about its minutes; after that a new code is made. The default.
     */
    REUSE,

    /** Makes a new code; the old one is dead from then on. Wrong guesses at the old one count against the new one. */
    ROTATE
}
