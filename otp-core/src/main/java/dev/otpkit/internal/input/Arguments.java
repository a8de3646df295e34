package dev.otpkit.internal.input;

import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The checks of arguments. Each exception names the argument, its range and its value. */
public final class Arguments {
    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final int ZERO_WIDTH_JOINER = 0x200D;
    private static final int LEFT_TO_RIGHT_MARK = 0x200E;
    private static final int RIGHT_TO_LEFT_MARK = 0x200F;
    private static final int ARABIC_LETTER_MARK = 0x061C;

    private Arguments() {}

    /** Loaded with the first foreign text: most of the checks need no pattern. */
    private static final class Lines {
        static final Pattern CONTROLS = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]+");
    }

    /** Returns the value if it lies in the range, both ends included. */
    public static int within(String argument, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    argument + " must be within [" + min + ", " + max + "], but was " + value);
        }
        return value;
    }

    /** Returns the value if it lies in the range, both ends included. */
    public static Duration within(String argument, Duration value, Duration min, Duration max) {
        notNull(argument, value);
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(
                    argument + " must be within [" + min + ", " + max + "], but was " + value);
        }
        return value;
    }

    /** Returns the value if it is positive and at most max. */
    public static Duration positive(String argument, Duration value, Duration max) {
        notNull(argument, value);
        if (value.isNegative() || value.isZero() || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(argument + " must be within (PT0S, " + max + "], but was " + value);
        }
        return value;
    }

    /** Returns the value if it has 1 to max characters, of which at least one is visible and none is a control. */
    public static String label(String argument, String value, int max) {
        return label(argument, value, max, false);
    }

    /**
     * Returns the value if it is a label, except that it may have the marks U+061C, U+200E and U+200F: the formats of
     * numbers and currencies have them in Arabic and Hebrew, and unlike the others they end nothing that surrounds the
     * value.
     */
    public static String shown(String argument, String value, int max) {
        return label(argument, value, max, true);
    }

    private static String label(String argument, String value, int max, boolean withMarks) {
        notNull(argument, value);
        if (value.isBlank() || value.length() > max) {
            throw new IllegalArgumentException(
                    argument + " must have 1 to " + max + " characters and not be blank, but has " + value.length());
        }
        int c;
        for (int i = 0; i < value.length(); i += Character.charCount(c)) {
            c = value.codePointAt(i);
            if (isControl(c) && !(withMarks && isMark(c))) {
                throw new IllegalArgumentException(argument + " must have no control characters, line ends, direction "
                        + (withMarks ? "overrides" : "marks") + " or lone surrogates");
            }
        }
        return value;
    }

    /**
     * Returns the value if it has at most max characters and no surrogate without its other half: in UTF-8 each of
     * those becomes a question mark, so that two different values would be equal.
     */
    public static String text(String argument, String value, int max) {
        notNull(argument, value);
        if (value.length() > max) {
            throw new IllegalArgumentException(
                    argument + " must have at most " + max + " characters, but has " + value.length());
        }
        int c;
        for (int i = 0; i < value.length(); i += Character.charCount(c)) {
            c = value.codePointAt(i);
            if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                throw new IllegalArgumentException(argument + " must be valid Unicode, but has an unpaired surrogate");
            }
        }
        return value;
    }

    private static void notNull(String argument, @Nullable Object value) {
        if (value == null) {
            throw new NullPointerException(argument + " must not be null");
        }
    }

    /** Returns a foreign text as one line without controls and marks, cut to max characters. */
    public static String oneLine(String text, int max) {
        String searched = text.substring(0, Math.min(text.length(), 4 * max));
        String line = Lines.CONTROLS.matcher(searched).replaceAll(" ").strip();
        if (line.length() <= max) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(max - 1)) ? max - 1 : max;
        return line.substring(0, end) + "…";
    }

    private static boolean isMark(int c) {
        return c == LEFT_TO_RIGHT_MARK || c == RIGHT_TO_LEFT_MARK || c == ARABIC_LETTER_MARK;
    }

    private static boolean isControl(int c) {
        if (c == ZERO_WIDTH_NON_JOINER || c == ZERO_WIDTH_JOINER) {
            return false;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> true;
            default -> false;
        };
    }
}
