package dev.otpkit.message;

import dev.otpkit.internal.input.Details;
import java.text.Bidi;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A text in one language, split at its placeholders. Immutable. */
final class Template {
    static final String CODE = "{code}";
    static final String APP = "{app}";
    static final String MINUTES = "{minutes}";

    private static final List<String> PLACEHOLDERS = List.of(CODE, APP, MINUTES);
    private static final char FIRST_RIGHT_TO_LEFT = '\u0590';

    private final String source;
    private final String language;
    /** Words and placeholders by turns: each part with an odd index is a placeholder. */
    private final String[] parts;
    /** The names of the details that it shows. */
    private final String[] shown;

    private final boolean rightToLeft;

    /**
     * Splits a text.
     *
     * @param source the file and the key of the text, for exceptions
     */
    Template(String source, String language, String text) {
        this.source = source;
        this.language = language;
        this.parts = split(text);
        this.shown = details(parts);
        this.rightToLeft = isRightToLeft(words());
    }

    private Template(Template like, String[] parts) {
        this.source = like.source;
        this.language = like.language;
        this.parts = parts;
        this.shown = details(parts);
        this.rightToLeft = like.rightToLeft;
    }

    String language() {
        return language;
    }

    /** Returns the text with its placeholders. */
    String text() {
        return String.join("", parts);
    }

    /** Returns another text in the same language and direction. */
    Template withText(String text) {
        return new Template(this, split(text));
    }

    /** Returns this template with the name in place of its placeholder; a placeholder inside the name is text. */
    Template withApp(String app) {
        List<String> merged = new ArrayList<>();
        StringBuilder words = new StringBuilder(parts[0]);
        for (int i = 1; i < parts.length; i += 2) {
            if (parts[i].equals(APP)) {
                words.append(app);
            } else {
                merged.add(words.toString());
                merged.add(parts[i]);
                words.setLength(0);
            }
            words.append(parts[i + 1]);
        }
        merged.add(words.toString());
        return new Template(this, merged.toArray(new String[0]));
    }

    /** Returns whether the text shows a detail. */
    boolean hasDetails() {
        return shown.length > 0;
    }

    /**
     * Checks that there is each detail that the text shows.
     *
     * @throws IllegalArgumentException if one is missing; it names the text and the detail
     */
    void requireDetails(Map<String, String> details) {
        for (String name : shown) {
            if (!details.containsKey(name)) {
                throw new IllegalArgumentException(source + " has {" + name + "}, but the request has no such detail");
            }
        }
    }

    /** Returns this template with a text before, and another after, each placeholder of a detail. */
    Template aroundDetails(String before, String after) {
        String[] surrounded = parts.clone();
        for (int i = 1; i < parts.length; i += 2) {
            if (isDetail(parts[i])) {
                surrounded[i - 1] += before;
                surrounded[i + 1] = after + surrounded[i + 1];
            }
        }
        return new Template(this, surrounded);
    }

    /** Returns this template, with isolates around its details if it runs from right to left. */
    Template isolatingDetails() {
        return rightToLeft ? aroundDetails("\u2068", "\u2069") : this;
    }

    /**
     * Replaces the placeholders of code, minutes and details in one pass, those of the name having been replaced
     * before; a placeholder inside a value is not replaced. {@link #requireDetails} comes first.
     */
    String fill(String code, String minutes, Map<String, String> details) {
        if (parts.length == 1) {
            return parts[0];
        }
        String[] filled = parts.clone();
        for (int i = 1; i < filled.length; i += 2) {
            filled[i] = value(filled[i], code, minutes, details);
        }
        return String.join("", filled);
    }

    private static String value(String placeholder, String code, String minutes, Map<String, String> details) {
        if (placeholder.equals(CODE)) {
            return code;
        }
        return placeholder.equals(MINUTES) ? minutes : Objects.requireNonNull(details.get(name(placeholder)));
    }

    /** Returns the text without its placeholders. */
    String words() {
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < parts.length; i += 2) {
            words.append(parts[i]);
        }
        return words.toString();
    }

    /** Returns whether the first letter outside the placeholders runs from right to left. */
    boolean isRightToLeft() {
        return rightToLeft;
    }

    /** Leaves {@code Bidi} alone, which takes milliseconds to load, for a text that cannot have such a letter. */
    private static boolean isRightToLeft(String words) {
        for (int i = 0; i < words.length(); i++) {
            if (words.charAt(i) >= FIRST_RIGHT_TO_LEFT) {
                return !new Bidi(words, Bidi.DIRECTION_DEFAULT_LEFT_TO_RIGHT).baseIsLeftToRight();
            }
        }
        return false;
    }

    private static String[] split(String text) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int open = text.indexOf('{'); open >= 0; open = text.indexOf('{', Math.max(start, open + 1))) {
            String placeholder = placeholderAt(text, open);
            if (placeholder != null) {
                parts.add(text.substring(start, open));
                parts.add(placeholder);
                start = open + placeholder.length();
            }
        }
        parts.add(text.substring(start));
        return parts.toArray(new String[0]);
    }

    private static @Nullable String placeholderAt(String text, int index) {
        for (String placeholder : PLACEHOLDERS) {
            if (text.startsWith(placeholder, index)) {
                return placeholder;
            }
        }
        int close = text.indexOf('}', index);
        return close > 0 && Details.isName(text.substring(index + 1, close)) ? text.substring(index, close + 1) : null;
    }

    private static String[] details(String[] parts) {
        List<String> names = new ArrayList<>();
        for (int i = 1; i < parts.length; i += 2) {
            if (isDetail(parts[i])) {
                names.add(name(parts[i]));
            }
        }
        return names.toArray(new String[0]);
    }

    private static boolean isDetail(String placeholder) {
        return !PLACEHOLDERS.contains(placeholder);
    }

    private static String name(String placeholder) {
        return placeholder.substring(1, placeholder.length() - 1);
    }
}
