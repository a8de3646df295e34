package dev.otpkit.internal.input;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * The checks of details: named values of a request, such as an amount, that its message shows and its code is bound to.
 * Maps of them are immutable and in the order of the names, so that they do not depend on the order of calls.
 */
public final class Details {
    private static final int MAX_DETAILS = 8;
    private static final int MAX_NAME = 32;
    private static final int MAX_VALUE = 128;
    private static final Set<String> OTHER_PLACEHOLDERS = Set.of("code", "app", "minutes");

    private Details() {}

    /**
     * Returns the details with one more, which replaces one of the same name.
     *
     * @throws IllegalArgumentException if name or value breaks its rule, or there are too many; the message does not
     *     have the value
     */
    public static Map<String, String> with(Map<String, String> details, String name, String value) {
        Objects.requireNonNull(name, "name of detail must not be null");
        if (!hasFormOfName(name)) {
            throw new IllegalArgumentException(
                    "name of detail must have 1 to " + MAX_NAME + " characters of a-z, 0-9 and _");
        }
        if (OTHER_PLACEHOLDERS.contains(name)) {
            throw new IllegalArgumentException(
                    "name of detail must not be code, app or minutes, which stand for other values, but was " + name);
        }
        Arguments.shown("value of detail " + name, value, MAX_VALUE);
        Map<String, String> all = new TreeMap<>(details);
        all.put(name, value);
        Arguments.within("number of details", all.size(), 0, MAX_DETAILS);
        return Collections.unmodifiableMap(all);
    }

    /**
     * Returns a checked copy.
     *
     * @throws IllegalArgumentException as {@link #with}
     */
    public static Map<String, String> copyOf(Map<String, String> details) {
        Map<String, String> copy = Map.of();
        for (Map.Entry<String, String> detail : details.entrySet()) {
            copy = with(copy, detail.getKey(), detail.getValue());
        }
        return copy;
    }

    /** Returns whether a text is the name of a detail, and of no other placeholder. */
    public static boolean isName(String text) {
        return hasFormOfName(text) && !OTHER_PLACEHOLDERS.contains(text);
    }

    private static boolean hasFormOfName(String text) {
        if (text.isEmpty() || text.length() > MAX_NAME) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) {
                return false;
            }
        }
        return true;
    }
}
