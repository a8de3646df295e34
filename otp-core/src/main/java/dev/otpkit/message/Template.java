package dev.otpkit.message;

import java.text.Bidi;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A text in one language, with placeholders. */
record Template(String language, String text) {
    static final Pattern PLACEHOLDER = Pattern.compile("\\{(code|app|minutes)}");

    /** Replaces the placeholders in one pass; a placeholder inside a value is not replaced. */
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

    /** Returns whether the first letter outside the placeholders runs from right to left. */
    boolean isRightToLeft() {
        String words = PLACEHOLDER.matcher(text).replaceAll("");
        return !new Bidi(words, Bidi.DIRECTION_DEFAULT_LEFT_TO_RIGHT).baseIsLeftToRight();
    }
}
