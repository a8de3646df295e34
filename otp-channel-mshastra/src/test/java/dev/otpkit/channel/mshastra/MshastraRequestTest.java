package dev.otpkit.channel.mshastra;

import static dev.otpkit.channel.mshastra.TestProvider.PASSWORD;
import static dev.otpkit.channel.mshastra.TestProvider.USER;
import static dev.otpkit.channel.mshastra.TestProvider.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.otpkit.testkit.FakeProvider.Request;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The request as it arrives at the provider, field by field. */
class MshastraRequestTest {
    private static final TestProvider PROVIDER = new TestProvider(PASSWORD);
    private static final String ARABIC = "رمز التحقق 48151623";

    @BeforeEach
    void reset() {
        PROVIDER.reset();
    }

    @AfterAll
    static void stop() {
        PROVIDER.close();
    }

    @Test
    void sendsNothingOnceItIsClosed() throws Exception {
        MshastraChannel channel = PROVIDER.channel().build();
        channel.deliver(message());
        channel.close();
        channel.close();

        assertThatIllegalStateException().isThrownBy(() -> channel.deliver(message()));
        assertThatIllegalStateException().isThrownBy(channel::balance);
        assertThat(PROVIDER.request().method()).isEqualTo("POST");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        +966501234567  | 966501234567  | en    | Acme: 48151623 is your code.          | English
        +966501234567  | 966501234567  | ar-SA | رمز التحقق الخاص بك هو 48151623       | Unicode
        +255694230173  | 255694230173  | sw    | Nambari yako ya Acme ni 48151623      | English
        +8801719159900 | 8801719159900 | bn    | আপনার কোড 48151623                    | Unicode
        +8801719159900 | 8801719159900 | en    | 48151623 \uD83D\uDD10                 | Unicode
        +966501234567  | 966501234567  | en    | It’s 48151623                         | Unicode
        +966501234567  | 966501234567  | de    | Grüße, Ä [48151623] €                 | English
        """)
    void carriesTheseFieldsAndNoOther(String address, String number, String locale, String text, String language)
            throws Exception {
        PROVIDER.channel().build().deliver(message(address, Locale.forLanguageTag(locale), text));

        Request request = PROVIDER.request();
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.uri()).hasToString("/sendsms_api_json.aspx");
        assertThat(request.headers().get("Content-Type")).isEqualTo("application/json");
        JsonElement body = JsonParser.parseString(request.body());
        assertThat(body.isJsonArray()).isTrue();
        assertThat(body.getAsJsonArray()).hasSize(1);
        assertThat(fields(body.getAsJsonArray().get(0).getAsJsonObject()))
                .isEqualTo(Map.of(
                        "user", USER,
                        "pwd", PASSWORD,
                        "number", number,
                        "msg", text,
                        "sender", "Acme",
                        "language", language));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'single' \"double\" `back` \\ \\n \\u0041 / // </script> & = + # ? ; 100 % %s %n %1$s ${x} {code}",
                "one\r\ntwo\nthree\rfour\tfive\f\b\u0001\u007F",
                "one\u2028two\u2029three\u0085four\u00A0five\uFEFFsix",
                "\u2066\u200F48151623\u2069 \u200D\u200C",
                "\uD83D\uDC69\u200D\uD83D\uDC69\u200D\uD83D\uDC67 \uD83D\uDD10",
                "\"}],[{\"number\":\"1\"",
                "আপনার কোড आपका कोड آپ کا کوڈ 验证码",
            })
    void carriesATextUnharmed(String text) throws Exception {
        PROVIDER.channel().build().deliver(message("+966501234567", Locale.ENGLISH, text));

        JsonObject sms = JsonParser.parseString(PROVIDER.request().body())
                .getAsJsonArray()
                .get(0)
                .getAsJsonObject();
        assertThat(sms.get("msg").getAsString()).isEqualTo(text);
        assertThat(sms.keySet()).containsExactly("user", "pwd", "number", "msg", "sender", "language");
    }

    @Test
    void writesOtherAlphabetsAsHexadecimalDigitsWhereAsked() throws Exception {
        MshastraChannel channel = PROVIDER.channel().hexUnicode(true).build();

        channel.deliver(message("+966501234567", Locale.ENGLISH, "رمز 48 \uD83D\uDD10"));
        JsonObject sms = PROVIDER.lastSent();
        assertThat(sms.get("msg").getAsString()).isEqualTo("06310645063200200034003800" + "20D83DDD10");
        assertThat(sms.get("language").getAsString()).isEqualTo("Unicode");
        assertThat(new String(HexFormat.of().parseHex(sms.get("msg").getAsString()), StandardCharsets.UTF_16BE))
                .isEqualTo("رمز 48 \uD83D\uDD10");

        channel.deliver(message("+966501234567", Locale.ENGLISH, "plain [text]"));
        assertThat(PROVIDER.lastSent().get("msg").getAsString()).isEqualTo("plain [text]");
    }

    @Test
    void namesLanguagesAsToldTo() throws Exception {
        MshastraChannel.Builder builder = PROVIDER.channel()
                .gsmLanguage("Latin")
                .unicodeLanguage("Other")
                .language(new Locale("ar"), "Arabic")
                .language(Locale.forLanguageTag("ar-EG"), "Egyptian")
                .language(Locale.forLanguageTag("zh-Hant"), "Chinese")
                .language(Locale.forLanguageTag("bn"), "");
        try (MshastraChannel channel = builder.build()) {
            builder.language(Locale.FRENCH, "too late");

            assertThat(language(channel, "en", "plain")).isEqualTo("Latin");
            assertThat(language(channel, "en", ARABIC)).isEqualTo("Other");
            assertThat(language(channel, "ar", ARABIC)).isEqualTo("Arabic");
            assertThat(language(channel, "ar-SA", ARABIC)).isEqualTo("Arabic");
            assertThat(language(channel, "ar-EG-u-nu-arab", ARABIC)).isEqualTo("Egyptian");
            assertThat(language(channel, "ar-SA", "plain")).isEqualTo("Arabic");
            assertThat(language(channel, "ar-EG", ARABIC)).isEqualTo("Egyptian");
            assertThat(language(channel, "fr", "plain")).isEqualTo("Latin");
            assertThat(language(channel, "und", "plain")).isEqualTo("Latin");
            assertThat(language(channel, "bn-BD", ARABIC)).isNull();
            assertThat(language(channel, "zh-Hant-TW", ARABIC)).isEqualTo("Chinese");
            assertThat(language(channel, "zh-CN", ARABIC)).isEqualTo("Other");
        }
    }

    @Test
    void leavesTheLanguageOutWhereToldTo() throws Exception {
        MshastraChannel channel =
                PROVIDER.channel().gsmLanguage("").unicodeLanguage("").build();

        assertThat(language(channel, "en", "plain")).isNull();
        assertThat(language(channel, "ar", ARABIC)).isNull();
        assertThat(PROVIDER.sent()).allMatch(sms -> sms.size() == 5);
    }

    @Test
    void goesBelowThePathOfTheBaseUrl() throws Exception {
        PROVIDER.respond(200, TestProvider.element("4711", "Send Successful"));
        PROVIDER.channel()
                .baseUrl(PROVIDER.url().resolve("/reseller/api/"))
                .build()
                .deliver(message());

        assertThat(PROVIDER.request().uri()).hasToString("/reseller/api/sendsms_api_json.aspx");
    }

    private static String language(MshastraChannel channel, String locale, String text) throws Exception {
        channel.deliver(message("+966501234567", Locale.forLanguageTag(locale), text));
        JsonElement language = PROVIDER.lastSent().get("language");
        return language == null ? null : language.getAsString();
    }

    private static Map<String, String> fields(JsonObject sms) {
        return sms.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, field -> field.getValue().getAsString()));
    }
}
