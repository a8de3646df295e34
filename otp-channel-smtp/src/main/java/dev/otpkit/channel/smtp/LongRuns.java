package dev.otpkit.channel.smtp;

import java.util.regex.Pattern;

/** Takes out of what servers say whatever looks like a mail or a token in base64, of which a piece may be left. */
final class LongRuns {
    /** Longer than any identifier that a person would look for. */
    private static final Pattern LONG_RUN = Pattern.compile("[A-Za-z0-9_+/=.~%-]{80,}");

    private LongRuns() {}

    static String hide(String text) {
        return LONG_RUN.matcher(text).replaceAll("••••••");
    }
}
