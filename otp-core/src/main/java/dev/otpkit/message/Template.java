package dev.otpkit.message;

import java.text.Bidi;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One text of one language, with its placeholders. */
record Template(String language, String text) {
    static final Pattern PLACEHOLDER = Pattern.compile("\\{(code|app|minutes)}");

    /** Fills the placeholders in one pass: what is put in is never looked at again. */
    String fill(String code, String app, String minutes) {
        return PLACEHOLDER
                .matcher(text)
                .replaceAll(placeholder -> Matcher.quoteReplacement(
                        switch (placeholder.group(1)) {
                            case "code" -> code;
                            case "app" -> app;
                            default -> minutes;
                        }));
    }

    /** Tells the direction of the first letter, placeholders left aside. */
    boolean isRightToLeft() {
        String words = PLACEHOLDER.matcher(text).replaceAll("");
        return !new Bidi(words, Bidi.DIRECTION_DEFAULT_LEFT_TO_RIGHT).baseIsLeftToRight();
    }
}
