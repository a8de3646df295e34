package dev.otpkit.internal.channel;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** Takes secrets out of what servers say: many repeat what they were sent, in the form in which they were sent it or another. */
public final class Secrets {
    private static final String HIDDEN = "••••••";

    /** More than anyone is shown of a server's text. */
    private static final int MAX_TEXT = 16 * 1024;

    private Secrets() {}

    /**
     * Returns a text without these secrets, in any case: as they are, as URLs, JSON or HTML write them, and in base64 of either
     * alphabet. Of a text with more than 16384 characters the rest is left out, and with it a secret that begins before.
     *
     * @param secrets of two that begin at one place, the longer is hidden; an empty one is none
     */
    public static String hide(String text, String... secrets) {
        List<Secret> all = Arrays.stream(secrets)
                .filter(secret -> !secret.isEmpty())
                .map(Secret::new)
                .toList();
        boolean cut = text.length() > MAX_TEXT;
        String shown = cut ? text.substring(0, MAX_TEXT) : text;
        StringBuilder harmless = new StringBuilder();
        int at = 0;
        while (at < shown.length()) {
            int end = at;
            for (Secret secret : all) {
                end = Math.max(end, secret.endIn(shown, at, cut));
            }
            if (end == at) {
                harmless.append(shown.charAt(at++));
            } else {
                harmless.append(HIDDEN);
                at = end;
            }
        }
        return harmless.toString();
    }

    /** Returns how URLs, JSON and HTML write a character that they can not write as such. */
    private static List<String> escapes(int c) {
        String plain = Character.toString(c);
        String url = HexFormat.ofDelimiter("").withPrefix("%").formatHex(plain.getBytes(StandardCharsets.UTF_8));
        StringBuilder json = new StringBuilder();
        plain.chars().forEach(unit -> json.append("\\u").append(HexFormat.of().toHexDigits((char) unit)));
        String hex = Integer.toHexString(c) + ";";
        String named = switch (c) {
            case ' ' -> "+";
            case '"' -> "&quot;";
            case '&' -> "&amp;";
            case '\'' -> "&apos;";
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            default -> url;
        };
        String quoted = c == '"' || c == '\\' || c == '/' ? "\\" + plain : url;
        return List.of(url, json.toString(), named, quoted, "&#" + c + ";", "&#0" + c + ";", "&#x" + hex, "&#x0" + hex);
    }

    private static final class Secret {
        private final int[] characters;
        private final List<String> encoded;

        Secret(String secret) {
            this.characters = secret.codePoints().toArray();
            byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
            this.encoded = List.of(
                    Base64.getEncoder().withoutPadding().encodeToString(bytes),
                    Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
        }

        /**
         * Returns where the secret ends that begins here; the same place if none does.
         *
         * @param cut whether one that the text's end cuts off is one
         */
        int endIn(String text, int at, boolean cut) {
            int end = at;
            for (String form : encoded) {
                int endOfForm = endOfPart(text, at, form, cut);
                end = Math.max(end, endOfForm == at ? at : afterPadding(text, endOfForm));
            }
            // With escapes and without, since one backslash may stand for itself, and two for one.
            return Math.max(end, Math.max(endIn(text, at, cut, true), endIn(text, at, cut, false)));
        }

        private int endIn(String text, int at, boolean cut, boolean escaped) {
            int end = at;
            for (int c : characters) {
                if (end == text.length()) {
                    return cut ? end : at;
                }
                int next = endOfCharacter(text, end, c, escaped, cut);
                if (next == end) {
                    return at;
                }
                end = next;
            }
            return end;
        }

        private static int endOfCharacter(String text, int at, int c, boolean escaped, boolean cut) {
            // What can not begin an escape is most of a text.
            if (escaped && "%+\\&".indexOf(text.charAt(at)) >= 0) {
                for (String escape : escapes(c)) {
                    int end = endOfPart(text, at, escape, cut);
                    if (end > at) {
                        return end;
                    }
                }
            }
            return endOfPart(text, at, Character.toString(c), cut);
        }

        /** Returns where this part ends if it begins here, or where the text does if that was cut amid the part. */
        private static int endOfPart(String text, int at, String part, boolean cut) {
            int length = cut ? Math.min(part.length(), text.length() - at) : part.length();
            return text.regionMatches(true, at, part, 0, length) ? at + length : at;
        }

        private static int afterPadding(String text, int end) {
            int after = end;
            while (after < text.length() && text.charAt(after) == '=') {
                after++;
            }
            return after;
        }
    }
}
