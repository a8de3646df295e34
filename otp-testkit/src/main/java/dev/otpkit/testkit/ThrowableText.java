package dev.otpkit.testkit;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.regex.Pattern;

/** The text of a throwable. */
final class ThrowableText {
    private static final Pattern FRAMES =
            Pattern.compile("^\\t+(at \\S+\\([^()\\s]+\\)|\\.\\.\\. \\d+ more)\\R", Pattern.MULTILINE);

    private ThrowableText() {}

    /** Returns the stack trace without its frames: types and messages of the throwable, its causes and suppressed. */
    static String of(Throwable thrown) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace, true));
        return FRAMES.matcher(trace.toString()).replaceAll("");
    }
}
