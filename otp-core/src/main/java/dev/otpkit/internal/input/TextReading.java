package dev.otpkit.internal.input;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/**
 * One reading of a text: characters, each with the part of the text from which it was read. The plain reading is the
 * text itself; the others are its decoded escapes, base64 or hexadecimal digits. Not thread-safe.
 */
final class TextReading {
    /** Separates parts that do not belong together. It is no character, and no secret contains it. */
    static final int BREAK = -1;

    /** Fewer digits of base64 or hexadecimal than this are not decoded. */
    private static final int MIN_DIGITS = 6;

    /** An escape may itself be escaped, and that once more. */
    private static final int MAX_LEVELS = 3;

    private static final int MAX_REFERENCE = 32;
    private static final int ZERO_WIDTH_SPACE = 0x200B;
    private static final int FIRST_FULL_WIDTH = 0xFF01;
    private static final int LAST_FULL_WIDTH = 0xFF5E;

    /** The references of HTML to the visible characters of ASCII; any other stands for something between characters. */
    private static final Map<String, Integer> REFERENCES = Map.ofEntries(
            Map.entry("amp", (int) '&'),
            Map.entry("apos", (int) '\''),
            Map.entry("ast", (int) '*'),
            Map.entry("bsol", (int) '\\'),
            Map.entry("colon", (int) ':'),
            Map.entry("comma", (int) ','),
            Map.entry("commat", (int) '@'),
            Map.entry("dollar", (int) '$'),
            Map.entry("equals", (int) '='),
            Map.entry("excl", (int) '!'),
            Map.entry("grave", (int) '`'),
            Map.entry("gt", (int) '>'),
            Map.entry("hat", (int) '^'),
            Map.entry("lbrace", (int) '{'),
            Map.entry("lbrack", (int) '['),
            Map.entry("lcub", (int) '{'),
            Map.entry("lowbar", (int) '_'),
            Map.entry("lpar", (int) '('),
            Map.entry("lsqb", (int) '['),
            Map.entry("lt", (int) '<'),
            Map.entry("num", (int) '#'),
            Map.entry("percnt", (int) '%'),
            Map.entry("period", (int) '.'),
            Map.entry("plus", (int) '+'),
            Map.entry("quest", (int) '?'),
            Map.entry("quot", (int) '"'),
            Map.entry("rbrace", (int) '}'),
            Map.entry("rbrack", (int) ']'),
            Map.entry("rcub", (int) '}'),
            Map.entry("rpar", (int) ')'),
            Map.entry("rsqb", (int) ']'),
            Map.entry("semi", (int) ';'),
            Map.entry("sol", (int) '/'),
            Map.entry("verbar", (int) '|'),
            Map.entry("vert", (int) '|'));

    private int[] characters;
    private int[] folded;
    private int[] starts;
    private int[] ends;
    private int size;

    /**
     * Per level and place, the length of the escape that begins there, 0 without one, and the character that it stands
     * for.
     */
    private final List<int[]> lengths = new ArrayList<>();

    private final List<int[]> escaped = new ArrayList<>();

    private TextReading(int capacity) {
        this.characters = new int[capacity];
        this.folded = new int[capacity];
        this.starts = new int[capacity];
        this.ends = new int[capacity];
    }

    /** Returns the plain reading of a text, from its start to an index. */
    static TextReading of(String text, int end) {
        TextReading plain = new TextReading(end);
        int at = 0;
        while (at < end) {
            int c = text.codePointAt(at);
            int next = at + Character.charCount(c);
            plain.add(c, at, next);
            at = next;
        }
        return plain.withEscapes();
    }

    private void add(int c, int start, int end) {
        if (size == characters.length) {
            int capacity = Math.max(64, 2 * size);
            characters = Arrays.copyOf(characters, capacity);
            folded = Arrays.copyOf(folded, capacity);
            starts = Arrays.copyOf(starts, capacity);
            ends = Arrays.copyOf(ends, capacity);
        }
        characters[size] = c;
        folded[size] = fold(c);
        starts[size] = start;
        ends[size] = end;
        size++;
    }

    /** Returns the number of characters. */
    int size() {
        return size;
    }

    /** Returns the character at a place, or {@link #BREAK}, also for a place beyond the end. */
    int at(int place) {
        return place < size ? characters[place] : BREAK;
    }

    /** Returns the character at a place as {@link #fold} makes it, or {@link #BREAK}. */
    int foldedAt(int place) {
        return place < size ? folded[place] : BREAK;
    }

    /** Returns the number of levels of escapes: 0 if there are none, 1 if none is within another. */
    int levels() {
        return lengths.size();
    }

    /** Returns true if an escape begins at a place. */
    boolean isEscaped(int place) {
        return after(place, levels()) > place + 1;
    }

    /** Returns the length of the escape of a level, from 0 on, that begins at a place; 0 if none does. */
    int escapeLength(int level, int place) {
        return place < size ? lengths.get(level)[place] : 0;
    }

    /** Returns the character that an escape stands for. */
    int escaped(int level, int place) {
        return escaped.get(level)[place];
    }

    /** Returns the beginning, in the text, of the part from which the character was read. */
    int start(int place) {
        return starts[place];
    }

    /** Returns the end, in the text, of the part from which the character was read. */
    int end(int place) {
        return ends[place];
    }

    /**
     * Returns the character that stands for all that differ from it by case, by width or, for a decimal digit, by
     * script.
     */
    static int fold(int c) {
        if (c < 0x80) {
            return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
        }
        int narrow = c >= FIRST_FULL_WIDTH && c <= LAST_FULL_WIDTH ? c - FIRST_FULL_WIDTH + '!' : c;
        int digit = Character.digit(narrow, 10);
        return digit >= 0 ? '0' + digit : Character.toLowerCase(Character.toUpperCase(narrow));
    }

    /** Returns true if a character is invisible: white space, controls, zero-width characters and direction marks. */
    static boolean isInvisible(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.NON_SPACING_MARK,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR -> true;
            default -> false;
        };
    }

    /**
     * Returns this text with its escapes undone, those of a level and those below: the escapes of URLs, JSON and HTML.
     * Those of quoted-printable are left, since {@code code=123456} looks like one. The result has no escapes.
     */
    TextReading unescaped(int level) {
        TextReading result = new TextReading(size);
        int place = 0;
        while (place < size) {
            boolean left = characters[place] == '=';
            int next = left ? place + 1 : after(place, level + 1);
            result.add(left ? characters[place] : symbol(place, level + 1), starts[place], ends[next - 1]);
            place = next;
        }
        return result;
    }

    /**
     * Returns the base64 in this text, decoded as UTF-8 from each digit at which a byte may begin; of either alphabet,
     * with or without white space in between. Each character was read from a whole run of base64, its padding included.
     */
    TextReading base64() {
        TextReading result = new TextReading(0);
        for (Digits digits : digits(6)) {
            for (int first = 0; first < 4; first++) {
                result.addUtf8(digits, first);
            }
        }
        return result.withEscapes();
    }

    /** Returns the hexadecimal digits in this text, decoded as UTF-8 and as UTF-16, each like {@link #base64()}. */
    TextReading hexadecimal() {
        TextReading result = new TextReading(0);
        for (Digits digits : digits(4)) {
            result.addUtf8(digits, 0);
            result.addUtf8(digits, 1);
            for (int first = 0; first < 4; first++) {
                result.addUtf16(digits, first);
            }
        }
        return result.withEscapes();
    }

    /** Digits that belong together. */
    private static final class Digits {
        private final int bits;
        private final int[] values;

        /** For each digit, the start in the text of the run of digits that contains it. */
        private final int[] starts;

        /** For each digit, the end in the text of the run of digits that contains it. */
        private final int[] ends;

        Digits(int bits, int[] values, int[] starts, int[] ends) {
            this.bits = bits;
            this.values = values;
            this.starts = starts;
            this.ends = ends;
        }

        /** Returns a number of as many bits as asked for, the first at an offset from a digit's; -1 beyond the end. */
        int number(int first, int offset, int width) {
            int last = last(first, offset, width);
            if (last >= values.length) {
                return -1;
            }
            int number = 0;
            for (int i = first + offset / bits; i <= last; i++) {
                number = number << bits | values[i];
            }
            int unused = bits - 1 - (offset + width - 1) % bits;
            return number >>> unused & ((1 << width) - 1);
        }

        int last(int first, int offset, int width) {
            return first + (offset + width - 1) / bits;
        }
    }

    private List<Digits> digits(int bits) {
        int[] values = new int[size + 1];
        int[] runStarts = new int[size];
        int[] runEnds = new int[size];
        values[size] = -1;
        for (int place = 0; place < size; place++) {
            values[place] = bits == 4 ? hexDigit(characters[place]) : base64Digit(characters[place]);
            runStarts[place] = place > 0 && values[place - 1] >= 0 ? runStarts[place - 1] : starts[place];
        }
        for (int place = size - 1; place >= 0; place--) {
            boolean continues = at(place + 1) == '=' || (characters[place] != '=' && values[place + 1] >= 0);
            runEnds[place] = continues ? runEnds[place + 1] : ends[place];
        }
        List<Digits> segments = new ArrayList<>();
        int[] places = new int[size];
        int count = 0;
        for (int place = 0; place <= size; place++) {
            if (values[place] >= 0) {
                places[count++] = place;
            } else if (!Character.isWhitespace(at(place))) {
                if (count >= MIN_DIGITS) {
                    segments.add(new Digits(
                            bits, at(places, count, values), at(places, count, runStarts), at(places, count, runEnds)));
                }
                count = 0;
            }
        }
        return segments;
    }

    private static int[] at(int[] places, int count, int[] values) {
        int[] there = new int[count];
        for (int i = 0; i < count; i++) {
            there[i] = values[places[i]];
        }
        return there;
    }

    private void addUtf8(Digits digits, int first) {
        int offset = 0;
        int c = digits.number(first, 0, 8);
        while (c >= 0) {
            int width = 8;
            if (c >= 0x80) {
                int start = offset;
                int length = utf8Length(c);
                c = utf8(i -> digits.number(first, start + 8 * i, 8));
                width = c == BREAK ? 8 : 8 * length;
            }
            add(c, digits.starts[first + offset / digits.bits], digits.ends[digits.last(first, offset, width)]);
            offset += width;
            c = digits.number(first, offset, 8);
        }
        add(BREAK, 0, 0);
    }

    private void addUtf16(Digits digits, int first) {
        int offset = 0;
        int c = digits.number(first, 0, 16);
        while (c >= 0) {
            int width = 16;
            int low = digits.number(first, offset + 16, 16);
            if (low >= 0 && Character.isSurrogatePair((char) c, (char) low)) {
                c = Character.toCodePoint((char) c, (char) low);
                width = 32;
            }
            add(c, digits.starts[first + offset / digits.bits], digits.ends[digits.last(first, offset, width)]);
            offset += width;
            c = digits.number(first, offset, 16);
        }
        add(BREAK, 0, 0);
    }

    private static int base64Digit(int c) {
        if (c >= 'A' && c <= 'Z') {
            return c - 'A';
        }
        if (c >= 'a' && c <= 'z') {
            return c - 'a' + 26;
        }
        if (c >= '0' && c <= '9') {
            return c - '0' + 52;
        }
        return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
    }

    private static int hexDigit(int c) {
        return c >= '0' && c <= '9'
                ? c - '0'
                : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    }

    /** Returns the number of bytes of a character by its first; 0 if none begins with it. */
    private static int utf8Length(int first) {
        return first < 0
                ? 0
                : first < 0x80 ? 1 : first < 0xC0 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF8 ? 4 : 0;
    }

    /** Returns the character with which these bytes begin. They are requested in their order; a missing one is -1. */
    private static int utf8(IntUnaryOperator bytes) {
        int first = bytes.applyAsInt(0);
        int length = utf8Length(first);
        if (length < 2) {
            return length == 1 ? first : BREAK;
        }
        int c = first & (0x7F >> length);
        for (int i = 1; i < length; i++) {
            int next = bytes.applyAsInt(i);
            if ((next & ~0x3F) != 0x80) {
                return BREAK;
            }
            c = c << 6 | (next & 0x3F);
        }
        return c;
    }

    private TextReading withEscapes() {
        boolean nested = true;
        while (nested && lengths.size() < MAX_LEVELS) {
            nested = readEscapes(lengths.size());
        }
        return this;
    }

    /**
     * Adds the escapes of a level, each made of characters and of escapes of the levels below; false if there are none.
     */
    private boolean readEscapes(int level) {
        int[] levelLengths = new int[size];
        int[] levelEscaped = new int[size];
        boolean any = false;
        for (int place = 0; place < size; place++) {
            int sign = symbol(place, level);
            if (sign == '%' || sign == '\\' || sign == '&' || sign == '=' || isFirstOfUtf8(sign)) {
                Cursor cursor = new Cursor(place, level);
                int c = cursor.readEscape();
                if (c != BREAK) {
                    levelLengths[place] = cursor.place - place;
                    levelEscaped[place] = c;
                    any = true;
                }
            }
        }
        if (any) {
            lengths.add(levelLengths);
            escaped.add(levelEscaped);
        }
        return any;
    }

    private static boolean isFirstOfUtf8(int c) {
        return c >= 0xC2 && c <= 0xF4;
    }

    /** Returns the character at a place, or that of the escape of the highest level below one. */
    int symbol(int place, int belowLevel) {
        for (int level = belowLevel - 1; level >= 0; level--) {
            if (escapeLength(level, place) > 0) {
                return escaped(level, place);
            }
        }
        return at(place);
    }

    /** Returns the place after that character or escape. */
    int after(int place, int belowLevel) {
        for (int level = belowLevel - 1; level >= 0; level--) {
            if (escapeLength(level, place) > 0) {
                return place + escapeLength(level, place);
            }
        }
        return place + 1;
    }

    /** Reads an escape, of which each part may be an escape of a level below. */
    private final class Cursor {
        private final int level;
        private int place;

        Cursor(int place, int level) {
            this.place = place;
            this.level = level;
        }

        private int peek() {
            return symbol(place, level);
        }

        private int next() {
            int c = peek();
            place = after(place, level);
            return c;
        }

        /** Returns the character that the escape stands for; {@link #BREAK} if none begins here. */
        int readEscape() {
            return switch (peek()) {
                case '%' -> readBytes('%');
                case '\\' -> readBackslash();
                case '&' -> readReference();
                case '=' -> readQuotedPrintable();
                // SMTP replies are read as Latin-1.
                default -> utf8(i -> next());
            };
        }

        /** Reads one character of UTF-8, each byte as two hexadecimal digits after a sign. */
        private int readBytes(int sign) {
            return utf8(i -> next() == sign ? readNumber(2) : -1);
        }

        /** Reads bytes of quoted-printable (RFC 2045, 6.7), or a soft line break, which may have become a blank. */
        private int readQuotedPrintable() {
            int start = place;
            int c = readBytes('=');
            if (c != BREAK) {
                return c;
            }
            place = start;
            next();
            int blank = next();
            if (blank == '\r' && peek() == '\n') {
                next();
            }
            return Character.isWhitespace(blank) ? ZERO_WIDTH_SPACE : BREAK;
        }

        private int readBackslash() {
            next();
            int c = next();
            if (c == 'u') {
                return readUtf16();
            }
            return "bfnrt".indexOf(c) >= 0 ? ' ' : Character.isLetterOrDigit(c) ? BREAK : c;
        }

        private int readUtf16() {
            int c = readNumber(4);
            int end = place;
            if (c >= 0 && next() == '\\' && next() == 'u') {
                int low = readNumber(4);
                if (low >= 0 && Character.isSurrogatePair((char) c, (char) low)) {
                    return Character.toCodePoint((char) c, (char) low);
                }
            }
            place = end;
            return c;
        }

        private int readReference() {
            next();
            int c = peek() == '#' ? readNumericReference() : readNamedReference();
            if (peek() == ';') {
                next();
            }
            return c;
        }

        private int readNumericReference() {
            next();
            boolean hex = (peek() | 0x20) == 'x';
            if (hex) {
                next();
            }
            int c = 0;
            int length = 0;
            for (; length < MAX_REFERENCE && digit(hex) >= 0; length++) {
                c = Math.min(c * (hex ? 16 : 10) + digit(hex), Character.MAX_CODE_POINT + 1);
                next();
            }
            return length > 0 && Character.isValidCodePoint(c) ? c : BREAK;
        }

        private int readNamedReference() {
            StringBuilder name = new StringBuilder();
            while (name.length() < MAX_REFERENCE && peek() < 0x80 && Character.isLetterOrDigit(peek())) {
                name.append((char) next());
            }
            return name.isEmpty() || peek() != ';'
                    ? BREAK
                    : REFERENCES.getOrDefault(name.toString().toLowerCase(Locale.ROOT), ZERO_WIDTH_SPACE);
        }

        private int digit(boolean hex) {
            int value = hexDigit(peek());
            return hex || value < 10 ? value : -1;
        }

        /** Returns the number of these hexadecimal digits; -1 if one of them is none. */
        private int readNumber(int digits) {
            int number = 0;
            for (int i = 0; i < digits; i++) {
                int value = hexDigit(next());
                if (value < 0) {
                    return -1;
                }
                number = number << 4 | value;
            }
            return number;
        }
    }
}
