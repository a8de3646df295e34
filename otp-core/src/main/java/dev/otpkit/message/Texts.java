package dev.otpkit.message;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The checked texts of one properties file. */
record Texts(Map<String, Template> byKey) {
    static final String SMS_TEXT = "sms.text";
    static final String EMAIL_SUBJECT = "email.subject";
    static final String EMAIL_TEXT = "email.text";
    static final String HTML_HEADING = "email.html.heading";
    static final String HTML_VALIDITY = "email.html.validity";
    static final String HTML_WARNING = "email.html.warning";
    static final List<String> KEYS =
            List.of(SMS_TEXT, EMAIL_SUBJECT, EMAIL_TEXT, HTML_HEADING, HTML_VALIDITY, HTML_WARNING);

    /** Returns the text of a key: the one for the purpose alone, or else the general one; null if there is neither. */
    @Nullable Template find(@Nullable String purpose, String key) {
        Template own = purpose == null ? null : byKey.get(purpose + "." + key);
        return own == null ? byKey.get(key) : own;
    }

    /** Returns the purposes that have texts of their own. */
    Set<String> purposes() {
        Set<String> purposes = new HashSet<>();
        for (String key : byKey.keySet()) {
            String known = known(key);
            if (known != null && key.length() > known.length()) {
                purposes.add(key.substring(0, key.length() - known.length() - 1));
            }
        }
        return purposes;
    }

    /** Reads and closes a file. Any error in it is an IllegalStateException that names the file. */
    static Texts read(String file, String language, InputStream in) {
        Properties properties = new Properties();
        try (in) {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(in.readAllBytes()))
                    .toString();
            properties.load(new StringReader(text.startsWith("\uFEFF") ? text.substring(1) : text));
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalStateException(file + " could not be read as properties in UTF-8", e);
        }
        Map<String, Template> texts = new HashMap<>();
        for (String key : properties.stringPropertyNames()) {
            String text = properties.getProperty(key);
            Template template = new Template(file + ": " + key, language, text);
            check(file, key, text, template.words());
            texts.put(key, template);
        }
        return new Texts(Map.copyOf(texts));
    }

    private static @Nullable String known(String key) {
        for (String known : KEYS) {
            if (key.equals(known) || key.endsWith("." + known)) {
                return known;
            }
        }
        return null;
    }

    private static void check(String file, String key, String text, String words) {
        String what = known(key);
        if (what == null) {
            throw new IllegalStateException(
                    file + ": " + key + " must be one of " + KEYS + ", or a purpose, a dot and one of them");
        }
        if (text.isBlank()) {
            throw new IllegalStateException(file + ": " + key + " must not be blank");
        }
        if (words.indexOf('{') >= 0 || words.indexOf('}') >= 0) {
            throw new IllegalStateException(
                    file + ": " + key + " must have no braces except in {code}, {app}, {minutes} and details such as"
                            + " {amount}, whose names have 1 to 32 characters of a-z, 0-9 and _");
        }
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i)) && text.charAt(i) != '\n') {
                throw new IllegalStateException(file + ": " + key + " must have no control characters except \\n");
            }
        }
        if ((what.equals(SMS_TEXT) || what.equals(EMAIL_TEXT)) && !text.contains(Template.CODE)) {
            throw new IllegalStateException(file + ": " + key + " must have {code}");
        }
        if (what.equals(EMAIL_SUBJECT)) {
            if (text.contains(Template.CODE)) {
                throw new IllegalStateException(
                        file + ": " + key + " must not have {code}, since lock screens and mail logs show subjects");
            }
            if (text.indexOf('\n') >= 0 || text.indexOf('\u2028') >= 0 || text.indexOf('\u2029') >= 0) {
                throw new IllegalStateException(file + ": " + key + " must be one line");
            }
        }
    }
}
