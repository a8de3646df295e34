package dev.otpkit.channel.smtp;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server's reply (RFC 5321, 4.2).
 *
 * @param code 200 to 599
 * @param text the lines without their codes, joined by blanks; at most 8192 characters
 */
record SmtpReply(int code, String text) {
    private static final int MAX_TEXT = 8192;
    private static final Pattern LINE = Pattern.compile("(?m)^[0-9]{3}[ -]?(.*)$");
    private static final Pattern ENHANCED =
            Pattern.compile("(?<![0-9.])([245]\\.[0-9]{1,3}\\.[0-9]{1,3})(?![0-9]|\\.[0-9])");

    /** Returns the reply in these lines. */
    static SmtpReply of(int code, String lines) {
        String bounded = lines.length() > MAX_TEXT ? lines.substring(0, MAX_TEXT) : lines;
        StringBuilder text = new StringBuilder();
        Matcher line = LINE.matcher(bounded);
        while (line.find()) {
            text.append(text.isEmpty() ? "" : " ").append(line.group(1).strip());
        }
        return new SmtpReply(code, text.toString());
    }

    /** Returns true if all lines have the code. */
    static boolean isOneReply(int code, String lines) {
        return lines.lines().allMatch(line -> line.startsWith(Integer.toString(code)));
    }

    static boolean isCode(int code) {
        return code >= 200 && code <= 599;
    }

    boolean isPositive() {
        return code < 300;
    }

    boolean isRefusal() {
        return code >= 400;
    }

    /** Returns the enhanced status code (RFC 3463) such as {@code 5.1.1}; empty if the text has none of its class. */
    String enhanced() {
        Matcher status = ENHANCED.matcher(text);
        while (status.find()) {
            if (status.group().charAt(0) - '0' == code / 100) {
                return status.group();
            }
        }
        return "";
    }
}
