package dev.otpkit.message;

import dev.otpkit.internal.input.Arguments;
import java.util.Objects;

/**
 * The number of SMS segments of a text, by which most providers charge. Immutable.
 *
 * <p>A text of the GSM 7-bit default alphabet has 160 units in one segment and 153 in each of several; with any other
 * character the whole text is sent in UCS-2, with 70 and 67 units. The characters {@code ^ { } \ [ ~ ] | €} and the
 * form feed take two units in GSM 7-bit, as does an emoji in UCS-2, and such a pair is never split between segments.
 * Source: 3GPP TS 23.038 (alphabets) and TS 23.040 (concatenation with an 8-bit reference); national shift tables are
 * not considered. A provider may count differently, or replace characters before it counts.
 *
 * @param encoding the smallest alphabet that has all characters of the text
 * @param units the length of the text: septets in GSM 7-bit, UTF-16 units in UCS-2; at least 0
 * @param count the number of segments; 1 for an empty text
 */
public record SmsSegments(Encoding encoding, int units, int count) {
    private static final String GSM_BASIC = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
            + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    private static final String GSM_EXTENSION = "\f^{}\\[~]|€";

    /**
     * Checks that the encoding is not null and that the numbers are in their ranges.
     *
     * @throws IllegalArgumentException if units is under 0 or count under 1
     */
    public SmsSegments {
        Objects.requireNonNull(encoding, "encoding must not be null");
        Arguments.within("units", units, 0, Integer.MAX_VALUE);
        Arguments.within("count", count, 1, Integer.MAX_VALUE);
    }

    /**
     * Counts the segments of a text.
     *
     * @param text any text
     * @return encoding, length and number of segments
     */
    public static SmsSegments of(String text) {
        Encoding encoding = isGsm(text) ? Encoding.GSM_7 : Encoding.UCS_2;
        int units = encoding == Encoding.GSM_7 ? septets(text) : text.length();
        return new SmsSegments(encoding, units, units <= encoding.single ? 1 : countOfSeveral(text, encoding));
    }

    private static boolean isGsm(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (gsmUnits(text.charAt(i)) == 0) {
                return false;
            }
        }
        return true;
    }

    private static int septets(String text) {
        int septets = 0;
        for (int i = 0; i < text.length(); i++) {
            septets += gsmUnits(text.charAt(i));
        }
        return septets;
    }

    private static int countOfSeveral(String text, Encoding encoding) {
        int count = 1;
        int used = 0;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            int width = encoding == Encoding.GSM_7 ? gsmUnits(c) : Character.charCount(c);
            if (used + width > encoding.ofSeveral) {
                count++;
                used = 0;
            }
            used += width;
            i += Character.charCount(c);
        }
        return count;
    }

    private static int gsmUnits(int c) {
        if (GSM_BASIC.indexOf(c) >= 0) {
            return 1;
        }
        return GSM_EXTENSION.indexOf(c) >= 0 ? 2 : 0;
    }

    /** The alphabet that a text is sent in. Later versions add no values. */
    public enum Encoding {
        /** The GSM 7-bit default alphabet and its extension table: 160 units in one segment, 153 in each of several. */
        GSM_7(160, 153),
        /** UTF-16, historically UCS-2: 70 units in one segment, 67 in each of several. */
        UCS_2(70, 67);

        private final int single;
        private final int ofSeveral;

        Encoding(int single, int ofSeveral) {
            this.single = single;
            this.ofSeveral = ofSeveral;
        }
    }
}
