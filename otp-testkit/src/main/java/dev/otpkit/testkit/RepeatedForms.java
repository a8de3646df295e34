package dev.otpkit.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.otpkit.PhoneNumber;
import dev.otpkit.spi.OtpMessage;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * The forms in which a provider repeats code, address and credentials: those that {@link OtpMessage#redact} promises to
 * hide, one of each kind.
 */
final class RepeatedForms {
    private static final int[] ZEROS = {0x660, 0x6F0, 0x966, 0x9E6, 0xFF10, 0x1D7CE};

    private RepeatedForms() {}

    /** Returns every form of a message's code and address, and of credentials; one line each. */
    static List<String> of(OtpMessage message, List<String> credentials) {
        List<String> forms = new ArrayList<>();
        addSpacedDigits(message.code(), forms);
        String address = message.recipient().address();
        if (message.recipient() instanceof PhoneNumber) {
            addPhoneNumber(address, nationalNumber(message), forms);
        } else {
            addMailbox(address, forms);
        }
        for (String secret : List.of(message.code(), address)) {
            addEncoded(secret, forms);
        }
        credentials.forEach(credential -> addEncoded(credential, forms));
        return forms;
    }

    /** Returns the digits after the country code, which is what the masked number shows before its dots. */
    static String nationalNumber(OtpMessage message) {
        return message.recipient()
                .address()
                .substring(message.recipient().toString().indexOf('•'));
    }

    private static void addSpacedDigits(String digits, List<String> forms) {
        for (String between : List.of(" ", "-", ".", "\u00a0", "\u2011", "\u200b", "\u200e", " - ", "&nbsp;", "%20")) {
            forms.add(String.join(between, digits.split("")));
        }
        int half = digits.length() / 2;
        forms.add(digits.substring(0, half) + " " + digits.substring(half));
        for (int zero : ZEROS) {
            String foreign = inScript(digits, zero);
            forms.addAll(List.of(
                    foreign,
                    new String(foreign.getBytes(UTF_8), ISO_8859_1),
                    bytes(foreign, "%%%02X"),
                    units(foreign),
                    points(foreign, "&#%d;")));
        }
    }

    private static void addPhoneNumber(String address, String national, List<String> forms) {
        String country = address.substring(1, address.length() - national.length());
        String grouped = national.replaceFirst("^(..)(...)?", "$1 $2 ").strip();
        forms.addAll(List.of(
                country + national,
                "00" + country + national,
                "+" + country + " " + grouped,
                "+" + country + " (0)" + grouped.replace(' ', '-'),
                "0" + national,
                "(0" + grouped.replaceFirst(" ", ") ").replaceFirst("(?<=\\d) ", "-"),
                national,
                grouped,
                inScript("0" + national, ZEROS[0])));
        addSpacedDigits(national, forms);
        addEncoded("0" + national, forms);
    }

    private static void addMailbox(String address, List<String> forms) {
        forms.add(address.toUpperCase(Locale.ROOT));
        for (String at : List.of(
                " @ ", "\u200b@", "\u00a0@\u00a0", "%40", "%2540", "&#64;", "&#x40;", "&commat;", "&amp;#64;")) {
            forms.add(address.replace("@", at));
        }
        forms.addAll(List.of(address.replace("@", "\\u0040"), address.replace("@", "=40")));
    }

    private static void addEncoded(String secret, List<String> forms) {
        byte[] utf8 = secret.getBytes(UTF_8);
        String url = bytes(secret, "%%%02x");
        String json = units(secret);
        String html = points(secret, "&#%d;");
        forms.addAll(List.of(
                secret,
                url,
                url.replace("%", "%25"),
                json,
                json.replace("\\", "\\\\"),
                html,
                html.replace("&", "&amp;"),
                html.replace("&", "%26").replace("#", "%23").replace(";", "%3B"),
                points(secret, "&#x%X;"),
                bytes(secret, "=%02X")));
        for (String amid : List.of("%s", "x%s", "xy: %s, z")) {
            byte[] more = amid.replace("%s", secret).getBytes(UTF_8);
            forms.add(Base64.getEncoder().encodeToString(more));
            forms.add(Base64.getUrlEncoder().withoutPadding().encodeToString(more));
        }
        forms.add(Base64.getEncoder().encodeToString(Base64.getEncoder().encode(utf8)));
        forms.add(HexFormat.of().formatHex(utf8));
        forms.add(HexFormat.of().withUpperCase().formatHex(secret.getBytes(UTF_16BE)));
    }

    private static String inScript(String digits, int zero) {
        StringBuilder text = new StringBuilder();
        digits.chars().forEach(c -> text.appendCodePoint(zero + c - '0'));
        return text.toString();
    }

    private static String bytes(String text, String format) {
        StringBuilder escaped = new StringBuilder();
        for (byte b : text.getBytes(UTF_8)) {
            escaped.append(String.format(Locale.ROOT, format, b & 0xFF));
        }
        return escaped.toString();
    }

    private static String units(String text) {
        StringBuilder escaped = new StringBuilder();
        text.chars().forEach(c -> escaped.append(String.format(Locale.ROOT, "\\u%04x", c)));
        return escaped.toString();
    }

    private static String points(String text, String format) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(c -> escaped.append(String.format(Locale.ROOT, format, c)));
        return escaped.toString();
    }
}
