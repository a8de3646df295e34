package dev.otpkit.channel.smtp;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Text in a header: unchanged if that is safe, otherwise as encoded words (RFC 2047). */
final class HeaderText {
    private static final int MAX_PLAIN = 70;
    private static final int MAX_BYTES_OF_WORD = 45;

    private HeaderText() {}

    /** Returns true if the text can stand in a header unchanged, and readers do not take it for an encoded word. */
    static boolean isPlain(String text) {
        return text.length() <= MAX_PLAIN
                && !text.contains("=?")
                && text.chars().allMatch(c -> c >= ' ' && c <= '~');
    }

    /** Returns the text unchanged, or as encoded words on as many lines as needed. */
    static String of(String text) {
        return isPlain(text) ? text : words(text);
    }

    /** Returns encoded words, each of whole characters. */
    static String words(String text) {
        StringBuilder words = new StringBuilder();
        StringBuilder word = new StringBuilder();
        int bytes = 0;
        for (int c : text.codePoints().toArray()) {
            int length = Character.toString(c).getBytes(StandardCharsets.UTF_8).length;
            if (bytes + length > MAX_BYTES_OF_WORD) {
                append(words, word);
                bytes = 0;
            }
            word.appendCodePoint(c);
            bytes += length;
        }
        append(words, word);
        return words.toString();
    }

    private static void append(StringBuilder words, StringBuilder word) {
        byte[] bytes = word.toString().getBytes(StandardCharsets.UTF_8);
        words.append(words.isEmpty() ? "" : "\r\n ")
                .append("=?UTF-8?B?")
                .append(Base64.getEncoder().encodeToString(bytes))
                .append("?=");
        word.setLength(0);
    }
}
