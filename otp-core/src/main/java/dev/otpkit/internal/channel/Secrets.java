package dev.otpkit.internal.channel;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Takes secrets out of what servers say: many repeat what they were sent, in the form in which they were sent it or another. */
public final class Secrets {
    private static final String HIDDEN = "••••••";

    private Secrets() {}

    /**
     * Returns a text without these secrets, in any case: as they are, as URLs, JSON and HTML write them character by character,
     * and in base64 of either alphabet.
     *
     * @param secrets the longer of two that overlap first; an empty one is none
     */
    public static String hide(String text, String... secrets) {
        String forms = Arrays.stream(secrets)
                .filter(secret -> !secret.isEmpty())
                .flatMap(Secrets::forms)
                .collect(Collectors.joining("|"));
        return forms.isEmpty()
                ? text
                : Pattern.compile(forms, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE)
                        .matcher(text)
                        .replaceAll(Matcher.quoteReplacement(HIDDEN));
    }

    private static Stream<String> forms(String secret) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        return Stream.of(
                base64(Base64.getEncoder(), bytes),
                base64(Base64.getUrlEncoder(), bytes),
                secret.codePoints().mapToObj(Secrets::anyFormOf).collect(Collectors.joining()));
    }

    private static String base64(Base64.Encoder encoder, byte[] bytes) {
        return Pattern.quote(encoder.withoutPadding().encodeToString(bytes)) + "={0,2}";
    }

    /** Returns a pattern of a character as such, and as URLs, JSON and HTML write it. */
    private static String anyFormOf(int c) {
        String plain = Character.toString(c);
        String url = HexFormat.ofDelimiter("").withPrefix("%").formatHex(plain.getBytes(StandardCharsets.UTF_8));
        String json = plain.chars()
                .mapToObj(unit -> "\\\\u" + HexFormat.of().toHexDigits((char) unit))
                .collect(Collectors.joining());
        String html = "&#0*" + c + ";|&#x0*" + Integer.toHexString(c) + ";";
        String named = switch (c) {
            case ' ' -> "|\\+";
            case '"' -> "|\\\\\"|&quot;";
            case '&' -> "|&amp;";
            case '\'' -> "|&apos;";
            case '/' -> "|\\\\/";
            case '<' -> "|&lt;";
            case '>' -> "|&gt;";
            case '\\' -> "|\\\\\\\\";
            default -> "";
        };
        // What is escaped comes first: a backslash that stands for two would otherwise be left half.
        return "(?:" + url + "|" + json + "|" + html + named + "|" + Pattern.quote(plain) + ")";
    }
}
