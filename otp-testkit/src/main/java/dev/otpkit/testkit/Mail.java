package dev.otpkit.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A mail as its reader sees it (RFC 5322, 2045 to 2047): enough of the formats for the mails of a channel.
 *
 * @param headers by name in lower case, on one line, with encoded words decoded
 * @param text the plain text; empty if there is none
 */
record Mail(Map<String, String> headers, String text) {
    private static final Pattern ENCODED_WORD = Pattern.compile("=\\?([^?\\s]+)\\?([bBqQ])\\?([^?\\s]*)\\?=");
    private static final Pattern BETWEEN_ENCODED_WORDS = Pattern.compile("(\\?=)\\s+(?==\\?)");

    Mail {
        headers = Map.copyOf(headers);
    }

    /** Returns the mail, or the part of one, that these bytes are. */
    static Mail read(byte[] bytes) {
        String all = new String(bytes, StandardCharsets.ISO_8859_1);
        int end = all.indexOf("\r\n\r\n");
        String head = end < 0 ? all : all.substring(0, end);
        String body = end < 0 ? "" : all.substring(end + 4);
        Map<String, String> headers = new HashMap<>();
        for (String line : head.replaceAll("\r\n(?=[ \t])", "").split("\r\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(
                        line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
                        decoded(line.substring(colon + 1).strip()));
            }
        }
        return new Mail(headers, text(headers, body));
    }

    String header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    private static String text(Map<String, String> headers, String body) {
        String type = headers.getOrDefault("content-type", "text/plain");
        if (type.toLowerCase(Locale.ROOT).startsWith("multipart/")) {
            String[] parts = ("\r\n" + body).split(Pattern.quote("\r\n--" + parameter(type, "boundary")), -1);
            for (int i = 1; i < parts.length; i++) {
                String part = parts[i].replaceFirst("^[ \t]*\r\n", "");
                Mail read =
                        part.startsWith("--") ? read(new byte[0]) : read(part.getBytes(StandardCharsets.ISO_8859_1));
                if (!read.text().isEmpty()) {
                    return read.text();
                }
            }
            return "";
        }
        if (!type.toLowerCase(Locale.ROOT).startsWith("text/plain")) {
            return "";
        }
        byte[] bytes = switch (headers.getOrDefault("content-transfer-encoding", "7bit")
                .toLowerCase(Locale.ROOT)) {
            case "base64" -> Base64.getMimeDecoder().decode(body);
            case "quoted-printable" -> quotedPrintable(body.replaceAll("=[ \t]*\r\n", ""));
            default -> body.getBytes(StandardCharsets.ISO_8859_1);
        };
        String charset = parameter(type, "charset");
        return new String(bytes, charset.isEmpty() ? StandardCharsets.UTF_8 : Charset.forName(charset));
    }

    private static String parameter(String type, String name) {
        Matcher parameter = Pattern.compile("(?i);\\s*" + name + "=(?:\"([^\"]*)\"|([^;\\s]*))")
                .matcher(type);
        if (!parameter.find()) {
            return "";
        }
        return parameter.group(1) == null ? parameter.group(2) : parameter.group(1);
    }

    private static String decoded(String header) {
        return ENCODED_WORD
                .matcher(BETWEEN_ENCODED_WORDS.matcher(header).replaceAll("$1"))
                .replaceAll(word -> {
                    byte[] bytes = word.group(2).equalsIgnoreCase("b")
                            ? Base64.getDecoder().decode(word.group(3))
                            : quotedPrintable(word.group(3).replace('_', ' '));
                    return Matcher.quoteReplacement(new String(bytes, Charset.forName(word.group(1))));
                });
    }

    private static byte[] quotedPrintable(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '=' && i + 2 < text.length()) {
                bytes.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                bytes.write(c);
            }
        }
        return bytes.toByteArray();
    }
}
