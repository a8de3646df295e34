package dev.otpkit.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.Recipient;
import dev.otpkit.spi.MessageContext;
import dev.otpkit.spi.OtpMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LanguagesTest {
    private static final Recipient PHONE = Recipient.phone("+966501234567", null);
    private static final Recipient EMAIL = Recipient.email("user@example.com");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{[^}]*}");

    @Languages
    void hasEveryTextAndNoOther(String language) throws IOException {
        Properties texts = texts(language);
        assertThat(texts.stringPropertyNames())
                .containsExactlyInAnyOrder(
                        "sms.text",
                        "email.subject",
                        "email.text",
                        "email.html.heading",
                        "email.html.validity",
                        "email.html.warning");
        assertThat(placeholders(texts, "sms.text")).containsExactlyInAnyOrder("{code}", "{app}", "{minutes}");
        assertThat(placeholders(texts, "email.subject")).containsExactly("{app}");
        assertThat(placeholders(texts, "email.text")).containsExactlyInAnyOrder("{code}", "{app}", "{minutes}");
        assertThat(placeholders(texts, "email.html.heading")).containsExactly("{app}");
        assertThat(placeholders(texts, "email.html.validity")).containsExactly("{minutes}");
        assertThat(placeholders(texts, "email.html.warning")).isEmpty();
    }

    @Languages
    void differsFromEnglish(String language) throws IOException {
        if (!language.equals("en")) {
            Properties english = texts("en");
            texts(language).forEach((key, text) -> assertThat(text).isNotEqualTo(english.get(key)));
        }
    }

    @Languages
    void isCleanUtf8(String language) throws IOException {
        String file = file(language);
        assertThat(Normalizer.isNormalized(file, Normalizer.Form.NFC)).isTrue();
        // U+00C2, U+00C3, U+00D8 and U+00E0 U+00A4 begin what UTF-8 looks like when it was read as Latin-1.
        assertThat(file)
                .endsWith("\n")
                .doesNotContain("\uFEFF", "\uFFFD", "\r", "\t", "\u00c2", "\u00c3", "\u00d8", "\u00e0\u00a4")
                .doesNotContainPattern("[\\p{Cf}&&[^\u200c\u200d]]")
                .doesNotContainPattern("(?m) +$");
    }

    @Languages
    void isOneSegmentByDefault(String language) {
        for (String code : new String[] {"12345678", "7K2B9XQ4"}) {
            OtpMessage message = render(language, PHONE, "sms", "Acme Example", code, Duration.ofMinutes(99));
            assertThat(SmsSegments.of(message.text()).count())
                    .as(message.text())
                    .isEqualTo(1);
            assertThat(message.text()).contains(code, "Acme Example", "99");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ar", "ur"})
    void hasRoomForIsolatesByDefault(String language) {
        OtpMessage message = render(language, PHONE, "sms", "Acme Example", "7K2B9XQ4", Duration.ofMinutes(99));
        assertThat(message.text()).contains("\u20667K2B9XQ4\u2069");
        assertThat(SmsSegments.of(message.text()).count()).isEqualTo(1);
    }

    /** Written with nothing outside the GSM alphabet, a text has room for a line for autofill too. */
    @ParameterizedTest
    @CsvSource({
        "en,GSM_7",
        "fr,GSM_7",
        "es,GSM_7",
        "de,GSM_7",
        "tr,GSM_7",
        "sw,GSM_7",
        "id,GSM_7",
        "ar,UCS_2",
        "pt,UCS_2",
        "ur,UCS_2",
        "hi,UCS_2",
        "bn,UCS_2"
    })
    void usesTheGsmAlphabetWhereTheLanguageCan(String language, SmsSegments.Encoding encoding) {
        OtpMessage message = render(language, PHONE, "sms", "Acme Example", "12345678", Duration.ofMinutes(99));
        SmsSegments segments = SmsSegments.of(message.text());
        assertThat(segments.encoding()).isEqualTo(encoding);
        if (encoding == SmsSegments.Encoding.GSM_7) {
            assertThat(segments.units() + "\n@login.acme.example #12345678".length())
                    .isLessThanOrEqualTo(160);
        }
    }

    /** One letter outside the GSM alphabet turns the whole text into one of 70 characters to a segment. */
    @ParameterizedTest
    @CsvSource({
        "en,2,0", "fr,2,0", "es,2,0", "de,2,0", "tr,2,0", "sw,2,0", "id,2,0", "ar,1,18", "pt,1,15", "ur,1,17",
        "hi,1,16", "bn,1,16"
    })
    void anArabicNameMakesTwoSegmentsWhereTheTextHasGsmLettersAlone(String language, int segments, int longest) {
        for (int length = 1; length <= 50; length++) {
            OtpMessage message = render(language, PHONE, "sms", "ش".repeat(length), "123456", Duration.ofMinutes(5));

            assertThat(SmsSegments.of(message.text()).count())
                    .as("segments of %s with a name of %d letters", language, length)
                    .isEqualTo(length <= longest ? segments : 2);
        }
        OtpMessage full = render(language, PHONE, "sms", "ش".repeat(12), "12345678", Duration.ofMinutes(99));
        assertThat(SmsSegments.of(full.text()).count()).isEqualTo(segments);
    }

    @Languages
    void writesDigitsInLatin(String language) {
        for (OtpMessage message : both(language, "OTP", "123456")) {
            assertThat(message.text()).contains("123456").doesNotContainPattern("[\\p{Nd}&&[^0-9]]");
            assertThat(message.html().orElse("")).doesNotContainPattern("[\\p{Nd}&&[^0-9]]");
        }
    }

    @Languages
    void keepsTheCodeOutOfSubjects(String language) {
        for (OtpMessage message : both(language, "OTP", "123456")) {
            assertThat(message.subject()).contains("OTP").doesNotContain("123456");
        }
    }

    /** The direction of a message is that of its first letter, in most programs that show one. */
    @ParameterizedTest
    @ValueSource(strings = {"ar", "ur"})
    void beginsRightToLeftTextsWithALetterOfTheirOwn(String language) throws IOException {
        texts(language)
                .forEach((key, text) -> assertThat(
                                Character.getDirectionality(text.toString().charAt(0)))
                        .as(key.toString())
                        .isEqualTo(Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC));
    }

    @Test
    void readsWellWithoutAName() {
        assertThat(render("en", PHONE, "sms", "OTP", "123456", Duration.ofMinutes(5))
                        .text())
                .isEqualTo("OTP: 123456 is your code. It expires in 5 min. Never share it with anyone.");
    }

    private static OtpMessage[] both(String language, String app, String code) {
        return new OtpMessage[] {
            render(language, PHONE, "sms", app, code, Duration.ofMinutes(5)),
            render(language, EMAIL, "email", app, code, Duration.ofMinutes(5))
        };
    }

    private static OtpMessage render(
            String language, Recipient to, String medium, String app, String code, Duration validFor) {
        return MessageCatalog.create()
                .render(new MessageContext(app, to, medium, code, "login", Locale.forLanguageTag(language), validFor));
    }

    private static Set<String> placeholders(Properties texts, String key) {
        Set<String> placeholders = new HashSet<>();
        Matcher matcher = PLACEHOLDER.matcher(texts.getProperty(key));
        while (matcher.find()) {
            placeholders.add(matcher.group());
        }
        return placeholders;
    }

    private static Properties texts(String language) throws IOException {
        Properties texts = new Properties();
        texts.load(new StringReader(file(language)));
        return texts;
    }

    private static String file(String language) throws IOException {
        String name = language.equals("en") ? "messages.properties" : "messages_" + language + ".properties";
        try (InputStream in = MessageCatalog.class.getResourceAsStream(name)) {
            assertThat(in).as(name).isNotNull();
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(in.readAllBytes()))
                    .toString();
        }
    }
}
