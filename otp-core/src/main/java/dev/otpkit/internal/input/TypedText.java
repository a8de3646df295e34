package dev.otpkit.internal.input;

import dev.otpkit.InvalidRecipientException;
import java.util.Objects;

/** Normalises text that people type or paste: digits of any script, dashes, blanks and invisible marks. */
public final class TypedText {
    private static final int MAX_ADDRESS = 320;

    private TypedText() {}

    /** Returns the text if it is not too long; checked before any other work on it. */
    public static String boundedAddress(String text) {
        Objects.requireNonNull(text, "recipient must not be null");
        if (isTooLong(text)) {
            throw new InvalidRecipientException(
                    "recipient must have at most " + MAX_ADDRESS + " characters, but has " + text.length());
        }
        return text;
    }

    /** Returns true if an address is refused for its length, before it is read. */
    public static boolean isTooLong(String text) {
        return text.length() > MAX_ADDRESS;
    }

    /**
     * Returns a typed phone number without zero-width and direction marks, with the decimal digits of any script as
     * ASCII ones. It goes by code points, since digits outside the basic plane take two characters.
     */
    public static String phone(String text) {
        if (isAscii(text)) {
            return text;
        }
        StringBuilder visible = new StringBuilder(text.length());
        int c;
        for (int i = 0; i < text.length(); i += Character.charCount(c)) {
            c = text.codePointAt(i);
            int digit = Character.digit(c, 10);
            if (digit >= 0) {
                visible.append((char) ('0' + digit));
            } else if (!isInvisible(c)) {
                visible.appendCodePoint(c);
            }
        }
        return visible.toString();
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /** Drops white space, zero-width and direction marks from both ends. */
    public static String trimInvisible(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isBlank(text.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    /** Makes A to Z lower case and leaves every other character alone. */
    public static String foldAscii(String text) {
        int i = 0;
        while (i < text.length() && !isUpper(text.charAt(i))) {
            i++;
        }
        if (i == text.length()) {
            return text;
        }
        char[] folded = text.toCharArray();
        for (; i < folded.length; i++) {
            if (isUpper(folded[i])) {
                folded[i] = (char) (folded[i] + ('a' - 'A'));
            }
        }
        return new String(folded);
    }

    private static boolean isUpper(char c) {
        return c >= 'A' && c <= 'Z';
    }

    /**
     * Returns a typed code without white space, dashes and invisible marks, and with the decimal digits of any script
     * as ASCII ones.
     */
    public static String code(String typed) {
        if (isPlain(typed)) {
            return typed;
        }
        StringBuilder code = new StringBuilder(typed.length());
        int c;
        for (int i = 0; i < typed.length(); i += Character.charCount(c)) {
            c = typed.codePointAt(i);
            int digit = Character.digit(c, 10);
            if (digit >= 0) {
                code.append((char) ('0' + digit));
            } else if (!isBlank(c) && !isDash(c)) {
                code.appendCodePoint(c);
            }
        }
        return code.toString();
    }

    /** Returns true if every character is visible ASCII other than the hyphen. */
    private static boolean isPlain(String typed) {
        for (int i = 0; i < typed.length(); i++) {
            char c = typed.charAt(i);
            if (c <= ' ' || c > '~' || c == '-') {
                return false;
            }
        }
        return true;
    }

    private static boolean isBlank(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || isInvisible(c);
    }

    private static boolean isInvisible(int c) {
        return Character.getType(c) == Character.FORMAT || (c >= 0xFE00 && c <= 0xFE0F);
    }

    private static boolean isDash(int c) {
        return Character.getType(c) == Character.DASH_PUNCTUATION || c == 0x2212 || c == 0x2043 || c == 0x02D7;
    }
}
