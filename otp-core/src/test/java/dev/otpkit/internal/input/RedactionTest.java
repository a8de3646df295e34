package dev.otpkit.internal.input;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberType;
import com.google.i18n.phonenumbers.Phonenumber;
import dev.otpkit.PhoneNumber;
import dev.otpkit.Recipient;
import dev.otpkit.spi.OtpMessage;
import java.net.URLEncoder;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that {@link OtpMessage#redact} hides every form that it promises to hide, and nothing else. */
class RedactionTest {
    private static final String MARK = "••••••";
    private static final Recipient PHONE = Recipient.phone("+966501234567", null);
    private static final Recipient MAIL = Recipient.email("user.name+tag@example.com");
    private static final String CODE = "314159";
    private static final String OTHER_CODE = "BCD234";
    private static final String PASSWORD = "fake \"pa/ss+w\\rd'&<é>";

    /** A form in which a provider may repeat a text. */
    record Form(String name, UnaryOperator<String> encoder) {
        String of(String text) {
            return encoder.apply(text);
        }

        Form then(Form outer) {
            return new Form(name + ", then " + outer.name, text -> outer.of(of(text)));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static final Form PLAIN = new Form("plain", text -> text);
    private static final Form URL = new Form("URL", text -> URLEncoder.encode(text, UTF_8));
    private static final Form URL_ALL = new Form("URL, every byte", text -> bytes(text, "%%%02X"));
    private static final Form JSON = new Form("JSON", RedactionTest::json);
    private static final Form JSON_ALL = new Form("JSON, every character", text -> units(text, "\\u%04x"));
    private static final Form HTML = new Form("HTML", RedactionTest::html);
    private static final Form HTML_ALL = new Form("HTML, every character", text -> points(text, "&#%d;"));
    private static final Form PRINTABLE = new Form("quoted-printable", text -> bytes(text, "=%02X"));

    /** Forms that mark their end. */
    private static final List<Form> ESCAPES = List.of(
            PLAIN,
            new Form("upper case", text -> text.toUpperCase(Locale.ROOT)),
            new Form("lower case", text -> text.toLowerCase(Locale.ROOT)),
            new Form("full width", RedactionTest::fullWidth),
            URL,
            new Form("URL, blanks as %20", text -> URL.of(text).replace("+", "%20")),
            URL_ALL,
            new Form("URL, lower case", text -> bytes(text, "%%%02x")),
            JSON,
            JSON_ALL,
            new Form("JSON, capitals", text -> units(text, "\\u%04X")),
            HTML,
            HTML_ALL,
            new Form("HTML, zeros", text -> points(text, "&#%012d;")),
            new Form("HTML, no semicolon", text -> points(text, "&#%d")),
            new Form("HTML, hexadecimal", text -> points(text, "&#x%x;")),
            new Form("HTML, capitals", text -> points(text, "&#X%04X;")),
            PRINTABLE,
            new Form("quoted-printable, lower case", text -> bytes(text, "=%02x")),
            new Form("UTF-8 as Latin-1", text -> new String(text.getBytes(UTF_8), ISO_8859_1)),
            new Form("one after the other", RedactionTest::oneAfterTheOther),
            URL_ALL.then(URL_ALL),
            URL_ALL.then(HTML_ALL),
            URL_ALL.then(JSON),
            PRINTABLE.then(URL),
            HTML.then(URL),
            HTML_ALL.then(URL),
            HTML_ALL.then(HTML),
            HTML_ALL.then(JSON_ALL),
            JSON.then(JSON),
            JSON_ALL.then(JSON),
            JSON_ALL.then(URL_ALL),
            JSON_ALL.then(HTML_ALL),
            URL.then(URL).then(URL),
            JSON_ALL.then(JSON).then(JSON),
            HTML_ALL.then(URL_ALL).then(JSON));

    private static final Form BASE64 =
            new Form("base64", text -> Base64.getEncoder().encodeToString(text.getBytes(UTF_8)));
    private static final Form HEX = new Form("hexadecimal", text -> hex(text, UTF_8));

    /** Forms of which a letter before or after them would become a part. */
    private static final List<Form> RUNS = List.of(
            BASE64,
            new Form(
                    "base64 for URLs",
                    text -> Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8))),
            new Form("base64 of more", text -> BASE64.of("x" + text)),
            new Form("base64 of still more", text -> BASE64.of("xy" + text + "z?")),
            new Form("base64 of sentences", text -> BASE64.of("The user ü said: " + text + "; and then left.")),
            new Form("base64 of forms", text -> BASE64.of("a=" + URL_ALL.of(text) + "&b=" + HTML_ALL.of(text))),
            new Form("base64 in lines", text -> BASE64.of(text).replaceAll("(....)(?=.)", "$1\r\n")),
            BASE64.then(BASE64),
            new Form("base64 of a part", text -> BASE64.of("Subject: x\r\n\r\n" + BASE64.of("It is " + text + "."))),
            BASE64.then(URL),
            BASE64.then(JSON),
            BASE64.then(HTML_ALL),
            HEX,
            new Form("hexadecimal, capitals", text -> HEX.of(text).toUpperCase(Locale.ROOT)),
            new Form("hexadecimal of more", text -> "f" + HEX.of("The code is " + text + ".") + "0"),
            new Form("hexadecimal with blanks", text -> HEX.of(text).replaceAll("(..)(?=.)", "$1 ")),
            new Form("hexadecimal of UTF-16", text -> hex(text, UTF_16BE)),
            new Form("hexadecimal of more UTF-16", text -> "1" + hex("رمز" + text + "\uD83D\uDD10!", UTF_16BE)),
            HEX.then(URL_ALL));

    private static final List<String> AROUND_ANYTHING =
            List.of("%s", "%s after", "before %s", "before (%s) after", "\"%s\"", "{%s, %s}", "=\n%s&amp;");
    private static final List<String> AROUND_ESCAPES = List.of("x%sx", "before%s and", "رمز%sرمز", "\uD83D%s\uDD10");

    static Stream<Arguments> formsOfSecrets() {
        return Stream.of(CODE, OTHER_CODE, PHONE.address(), MAIL.address(), PASSWORD)
                .flatMap(secret ->
                        Stream.concat(ESCAPES.stream(), RUNS.stream()).map(form -> Arguments.of(form, secret)));
    }

    @ParameterizedTest
    @MethodSource("formsOfSecrets")
    void hidesEachSecretInEachFormAnywhere(Form form, String secret) {
        String hidden = secret.equals(PHONE.address()) || secret.equals(MAIL.address())
                ? Recipient.parse(secret, null).toString()
                : MARK;
        List<String> texts = new ArrayList<>(AROUND_ANYTHING);
        if (ESCAPES.contains(form)) {
            texts.addAll(AROUND_ESCAPES);
        }
        String spelling = form.of(secret);
        for (String text : texts) {
            assertThat(redact(secret, text.replace("%s", spelling))).isEqualTo(text.replace("%s", hidden));
        }
    }

    static final List<String> BETWEEN = List.of(
            " ",
            "  ",
            "\u00a0",
            "\u202f",
            "\u2009",
            "\u3000",
            "\t",
            "\r\n",
            "\u2028",
            "\u0000",
            "\u001b",
            "-",
            " - ",
            "\u00ad",
            "\u2010",
            "\u2011",
            "\u2013",
            "\u2014",
            "\u2212",
            "\uff0d",
            ".",
            " . ",
            "·",
            "•",
            "/",
            "\\",
            ":",
            ",",
            ", ",
            "_",
            "*",
            "|",
            "#",
            "'",
            "\"",
            "\u200b",
            "\u200c",
            "\u200d",
            "\u200e",
            "\u200f",
            "\u202a\u202c",
            "\u2066\u2069",
            "\ufeff",
            "\ufe0f\u20e3",
            "\u0301",
            "\uDB40\uDC41",
            "%20",
            "%C2%A0",
            "&nbsp;",
            "&#8203;",
            "&#x2D;",
            "&ndash;",
            "&ZeroWidthSpace;",
            "&amp;nbsp;",
            "\\u200b",
            "\\\\u200b",
            "\\n",
            "=20",
            "=\r\n",
            "= ",
            "+",
            "%2520",
            " ".repeat(16),
            "- ".repeat(8),
            "&nbsp;".repeat(16));

    static final List<String> ESCAPED_TWICE = List.of("&amp;nbsp;", "\\\\u200b", "%2520");

    @ParameterizedTest
    @FieldSource("BETWEEN")
    void hidesACodeAndANumberWithAnythingButLettersAndDigitsInBetween(String sign) {
        for (String secret : List.of(CODE, OTHER_CODE, PHONE.address(), "966501234567", "0501234567", "501234567")) {
            String hidden = secret.length() > 6 ? PHONE.toString() : MARK;
            String everywhere = secret.replaceAll("(?<=.)(?=.)", quoted(sign));
            String once = secret.substring(0, 3) + sign + secret.substring(3);
            String alternating =
                    secret.replaceAll("(?<=.)(?=.)", quoted(sign + "-")).replaceFirst("-", "");
            for (String spelling : List.of(everywhere, once, sign.length() > 8 ? once : alternating)) {
                assertThat(redact(secret, "before x" + spelling + "x after"))
                        .isEqualTo("before x" + hidden + "x after");
                assertThat(redact(secret, spelling)).isEqualTo(hidden);
                if (!ESCAPED_TWICE.contains(sign)) {
                    assertThat(redact(secret, "[" + BASE64.of(spelling) + "]")).isEqualTo("[" + hidden + "]");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x660, 0x6F0, 0x966, 0x9E6, 0xE50, 0xFF10, 0x104A0, 0x1D7CE})
    void hidesDigitsOfAnyScript(int zero) {
        for (String secret : List.of(CODE, "0501234567")) {
            String hidden = secret.equals(CODE) ? MARK : PHONE.toString();
            String digits = inScript(secret, zero);
            for (Form form : ESCAPES) {
                assertThat(redact(secret, "x" + form.of(digits) + "x")).isEqualTo("x" + hidden + "x");
            }
            for (Form form : RUNS) {
                assertThat(redact(secret, "[" + form.of(digits) + "]")).isEqualTo("[" + hidden + "]");
            }
            String half = inScript(secret.substring(0, 4), zero) + "-" + secret.substring(4);
            assertThat(redact(secret, "<" + half + ">")).isEqualTo("<" + hidden + ">");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "+966501234567",
                "966501234567",
                "00966501234567",
                "+966 50 123 4567",
                "+966-50-123-4567",
                "(+966) 50 123 4567",
                "+966 (0)50 123 4567",
                "+966 (050) 123-4567",
                "+9660501234567",
                "9660501234567",
                "00 966 (0) 50 1234567",
                "0501234567",
                "050 123 4567",
                "(050) 123-4567",
                "0 50 12 34 56 7",
                "501234567",
                "50 123 4567",
                "٠٥٠١٢٣٤٥٦٧",
                "+٩٦٦ ٥٠ ١٢٣ ٤٥٦٧",
                "۰۵۰-۱۲۳-۴۵۶۷",
                "\u202a+966 50 123 4567\u202c",
                "+966\u00a050\u2011123\u20114567",
                "+966•50•123•4567"
            })
    void masksEverySpellingOfANumber(String spelling) {
        String visible = spelling.replaceAll("^[\u202a(]|[\u202c]$", "");
        for (Form form : List.of(PLAIN, URL, URL_ALL, JSON_ALL, HTML_ALL, HTML_ALL.then(URL), BASE64, HEX)) {
            assertThat(redact(CODE, "to <" + form.of(visible) + ">: no")).isEqualTo("to <" + PHONE + ">: no");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1966501234567,          1966+966•••••4567",
        "5012345678,             +966•••••45678",
        "error 500501234567,     error 500+966•••••4567",
        "tel:+966-50-123-4567;a, tel:+966•••••4567;a",
        "011 966 501234567,      011 +966•••••4567",
        "+966501234568,          +966501234568",
        "50123456,               50123456",
        "50 123 x 4567,          50 123 x 4567"
    })
    void masksTheNationalNumberWithinOthers(String text, String redacted) {
        assertThat(redact(CODE, text)).isEqualTo(redacted);
    }

    /** Types that are no recipients, or no numbers. */
    private static final Set<PhoneNumberType> IMPERSONAL = EnumSet.of(
            PhoneNumberType.PREMIUM_RATE,
            PhoneNumberType.SHARED_COST,
            PhoneNumberType.PAGER,
            PhoneNumberType.UAN,
            PhoneNumberType.VOICEMAIL,
            PhoneNumberType.UNKNOWN);

    @Test
    void masksNumbersOfEveryRegionAsTheyAreWritten() {
        PhoneNumberUtil numbers = PhoneNumberUtil.getInstance();
        int checked = 0;
        for (String region : numbers.getSupportedRegions()) {
            for (PhoneNumberType type : List.of(PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE)) {
                Phonenumber.PhoneNumber number = numbers.getExampleNumberForType(region, type);
                if (number == null || IMPERSONAL.contains(numbers.getNumberType(number))) {
                    continue;
                }
                PhoneNumber recipient = new PhoneNumber(numbers.format(number, PhoneNumberFormat.E164));
                for (PhoneNumberFormat format : PhoneNumberFormat.values()) {
                    String spelling = numbers.format(number, format);
                    assertThat(message(recipient, "QQQQQQ").redact("to " + spelling + "."))
                            .as("%s", spelling)
                            .matches("to [^•]{0,4}"
                                    + quoted(recipient.toString()).replace("+", "\\+") + "\\.");
                    checked++;
                }
            }
        }
        assertThat(checked).isGreaterThan(1800);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "user.name+tag@example.com",
                "User.Name+Tag@EXAMPLE.COM",
                "user.name+tag @ example.com",
                "user.name+tag\u00a0@\u00a0example.com",
                "user.name+tag\u200b@\u200bexample.com",
                "user.name+tag@\r\n example.com",
                "user.name+tag＠example.com",
                "\u2066user\u2069.name+tag@exam\u00adple.com",
                "user.name%2Btag%40example.com",
                "user.name+tag%2540example.com",
                "user.name+tag&#64;example.com",
                "user.name+tag&#x40;example.com",
                "user.name+tag&commat;example&period;com",
                "user.name+tag&amp;#64;example.com",
                "user.name+tag &#64; example.com",
                "user.name+tag+%40+example.com",
                "user.name+tag\\u0040example.com",
                "user.name+tag\\@example\\.com",
                "user.name+tag=40example.com",
                "user.name+tag=40exam=\r\nple.com",
                "user.name+tag=\n@example.com",
                "user.name+tag= @example.com",
                "user.name+tag%3D40example.com",
                "ＵＳＥＲ.name+tag@example.com",
                "use\\u0072.name+tag@example.com"
            })
    void masksEverySpellingOfAMailbox(String spelling) {
        String found = spelling.replace("\u2066", "");
        assertThat(redact(MAIL, CODE, "550 <" + found + ">")).isEqualTo("550 <" + MAIL + ">");
        assertThat(redact(MAIL, CODE, "mailto:" + found + "?x")).isEqualTo("mailto:" + MAIL + "?x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "user.name+tag at example.com",
                "user.name+tag[at]example.com",
                "user_name+tag@example.com",
                "user.name+tag@example.co",
                "user.name+tag@example",
                "user.name+tag",
                "user.name-+-tag@example.com"
            })
    void leavesOtherMailboxesAlone(String text) {
        assertThat(redact(MAIL, CODE, text)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-21T10:15:30.123Z HTTP 503 in 5123 ms, attempt 2 of 3",
                "[21/Nov/2026:10:15:30 +0000] \"POST /v1/messages HTTP/1.1\" 400 162",
                "550-5.7.1 [127.0.0.1] rejected, see https://example.com/errors/21211?id=4711&x=%20%2F",
                "SM0a1b2c3d4e5f67890a1b2c3d4e5f6789 is failed; 30003",
                "{\"code\": 21211, \"status\": 400, \"ids\": [1, 2, 4, 3]}",
                "code 123 and 4, code 12 a 34, 1,2,3 and 4; 12x34 1243 2341 1-2-3-5",
                "100 % of C:\\fakes == %zz &# \\ &#x; &#99999999; \\u12 =4 =\n&nothing %C3%28 %F8",
                "9876543210012356789 1223334444",
                "VGhlIGNvZGUgaXMgMTIzNQ== 31323335 0031003200330035"
            })
    void leavesTimesAndOtherNumbersReadableForAShortCode(String text) {
        assertThat(redact(PHONE, "1234", text, "fake-password")).isEqualTo(text);
        assertThat(redact(MAIL, "1234", text)).isEqualTo(text);
    }

    @Test
    void hidesAShortCodeWithinOtherDigits() {
        assertThat(redact(PHONE, "1234", "id 9912349 at 12:34")).isEqualTo("id 99" + MARK + "9 at " + MARK);
    }

    @Test
    void putsNoMoreThanSixteenSignsBetweenTwoCharacters() {
        String far = "314" + " ".repeat(17) + "159";
        assertThat(redact(CODE, far)).isEqualTo(far);
        assertThat(redact(CODE, "314" + "&nbsp;".repeat(17) + "159")).contains("314", "159");
    }

    @Test
    void hidesACodeOfSigns() {
        assertThat(redact(PHONE, "A#B&C<D+", "1 A#B&C<D+ 2 A # B & C < D + 3 a%23b&amp;c&lt;d%2B 4 QSNCJkM8RCs="))
                .isEqualTo("1 " + MARK + " 2 " + MARK + " 3 " + MARK + " 4 " + MARK);
        String quotes = "\"\"\"\"\"\"\"\"";
        assertThat(redact(PHONE, quotes, "x" + JSON.of(quotes) + "x" + quotes + "x"))
                .isEqualTo("x" + MARK + "x" + MARK + "x");
        String backslashes = "\\".repeat(8) + "x";
        assertThat(redact(PHONE, backslashes, backslashes + " " + JSON.of(backslashes)))
                .isEqualTo(MARK + " " + MARK);
        assertThat(redact(PHONE, "%41%42", "%41%42 %2541%2542 &#37;41%42")).isEqualTo(MARK + " " + MARK + " " + MARK);
    }

    /** Texts that look like the start of an escape and are none. */
    @Test
    void hidesACodeAfterAndAmidWhatLooksLikeAnEscape() {
        for (String text : List.of(
                "100%314159",
                "code=314159",
                "code=31&#52;159",
                "%31&#52;159",
                "%314%3159",
                "\\u0033314159",
                "&#314159;",
                "&314159;",
                "&#x314159;",
                "\\314159",
                "=31=34159",
                "%%33%314159",
                "31%415%39",
                "+3+1+4+1+5+9+")) {
            assertThat(redact(CODE, text)).as(text).contains(MARK).doesNotContain("4159", "415");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fake-password",
                PASSWORD,
                "$1 \\Q.*\\E (fake)",
                "fake-\uD83D\uDD10-سر",
                "fake??>>~~",
                "fake-end\\",
                "++++%41++",
                "12345678",
                "••••••"
            })
    void hidesACredentialInEveryForm(String credential) {
        for (Form form : ESCAPES) {
            assertThat(redact(CODE, "before (" + form.of(credential) + ") after", credential))
                    .as("%s", form)
                    .isEqualTo("before (" + MARK + ") after");
        }
        for (Form form : RUNS) {
            assertThat(redact(CODE, "before (" + form.of(credential) + ") after", credential))
                    .as("%s", form)
                    .isEqualTo("before (" + MARK + ") after");
        }
        for (Form form : List.of(BASE64, BASE64.then(URL), HEX)) {
            assertThat(redact(CODE, "Basic " + form.of("user:" + credential), "none", credential))
                    .isEqualTo("Basic " + MARK);
        }
        assertThat(OtpMessage.redactCredentials("<" + credential + ">", credential))
                .isEqualTo("<" + MARK + ">");
    }

    @Test
    void findsACredentialOnlyAsItIs() {
        assertThat(redact(CODE, "fake password, fake- password", "fake-password"))
                .isEqualTo("fake password, fake- password");
    }

    @Test
    void hidesEveryFormOfALoginThatGoesOverTheWire() {
        String bearer = "user=user@acme.example\1auth=Bearer fake-token\1\1";
        assertThat(redact(
                        CODE,
                        "a fake-token b " + BASE64.of("fake-token") + " c " + BASE64.of(bearer) + " d",
                        "fake-token"))
                .isEqualTo("a " + MARK + " b " + MARK + " c " + MARK + " d");
        String login = "user@acme.example\0fake-password";
        assertThat(redact(
                        CODE,
                        "a fake-password b " + BASE64.of("\0" + login) + " c "
                                + BASE64.of("user@acme.example\0" + login),
                        "fake-password"))
                .isEqualTo("a " + MARK + " b " + MARK + " c " + MARK);
    }

    @Test
    void hidesPiecesOfALongCredential() {
        String token =
                randomText(new Random(7), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 200);
        for (int length : List.of(16, 17, 40, 199)) {
            for (int first : List.of(0, 1, 200 - length)) {
                String piece = token.substring(first, first + length);
                assertThat(redact(CODE, "no: " + piece + "...", token)).isEqualTo("no: " + MARK + "...");
                for (Form form : List.of(JSON_ALL, PRINTABLE, HTML_ALL.then(URL), HEX, URL_ALL.then(BASE64))) {
                    assertThat(redact(CODE, "no: " + form.of(piece), token)).isEqualTo("no: " + MARK);
                }
                assertThat(redact(CODE, "no: " + BASE64.of("x" + piece), token)).isEqualTo("no: " + MARK);
            }
        }
        String less = token.substring(0, 15) + " " + token.substring(16, 31);
        assertThat(redact(CODE, less, token)).isEqualTo(less);
        assertThat(redact(CODE, token.substring(0, 30), token.substring(0, 31))).isEqualTo(token.substring(0, 30));
        assertThat(redact(CODE, token.substring(0, 30), token.substring(0, 32))).isEqualTo(MARK);
    }

    @Test
    void takesNoEmptyCredentialForOne() {
        assertThat(redact(CODE, "text", "")).isEqualTo("text");
        assertThat(Redaction.of("").hide("text")).isEqualTo("text");
        assertThat(Redaction.of().hide("x".repeat(20_000))).hasSize(16 * 1024);
    }

    @Test
    void namesWhatIsNull() {
        OtpMessage message = message(PHONE, CODE);
        assertThatThrownBy(() -> message.redact(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("text must not be null");
        assertThatThrownBy(() -> message.redact("text", "fake", null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("credentials must not be null");
    }

    @Test
    void hidesAllOfWhatOverlaps() {
        assertThat(redact(PHONE, "1212", "x121212x")).isEqualTo("x" + MARK + "x");
        assertThat(redact(CODE, "user:fake and fake", "fake", "user:fake")).isEqualTo(MARK + " and " + MARK);
        assertThat(redact(CODE, "abcdef", "abcd", "cdef")).isEqualTo(MARK);
        assertThat(redact(CODE, CODE + CODE)).isEqualTo(MARK + MARK);
        assertThat(redact(PHONE, "456799", "+96650123456799"))
                .isEqualTo(PHONE.toString().replace("4567", "4567"));
        assertThat(redact(MAIL, CODE, MAIL.address(), MAIL.address())).isEqualTo(MARK);
        assertThat(redact(MAIL, CODE, BASE64.of(MAIL.address() + CODE))).isEqualTo(MARK);
    }

    @Test
    void letsNoMaskShowTheCode() {
        assertThat(redact(PHONE, "4567", "4567 to +966501234567")).isEqualTo(MARK + " to +966•••••" + MARK);
        assertThat(redact(PHONE, "501234", "501234 to +966501234567")).isEqualTo(MARK + " to +966•••••4567");
        assertThat(redact(MAIL, "EXAMPLE", "to user.name+tag@example.com")).isEqualTo("to u•••@" + MARK + ".com");
        assertThat(redact(MAIL, CODE, "to user.name+tag@example.com", "e.com")).isEqualTo("to u•••@exampl" + MARK);
    }

    @Test
    void showsAtMost16384CharactersAndNoSecretThatTheirEndCutsOff() {
        String token = "fake-token-" + "0123456789".repeat(30);
        for (Form form : List.of(PLAIN, BASE64, URL_ALL, HEX)) {
            for (int shown : List.of(1, 300)) {
                for (String secret : List.of(token, CODE, PHONE.address())) {
                    String text = ".".repeat(16 * 1024 - shown) + form.of(secret) + " and " + "more ".repeat(10_000);
                    assertThat(redact(CODE, text, token))
                            .startsWith(".".repeat(16 * 1024 - shown) + (secret.startsWith("+") ? PHONE : MARK))
                            .hasSizeLessThan(16 * 1024 + 20);
                }
            }
        }
        assertThat(redact(CODE, "x".repeat(100_000))).isEqualTo("x".repeat(16 * 1024));
        assertThat(redact(CODE, "x".repeat(16 * 1024 - 1) + "\uD83D\uDD10")).isEqualTo("x".repeat(16 * 1024 - 1));
        assertThat(redact(CODE, "x".repeat(16 * 1024 - 2) + "\uD83D\uDD10")).hasSize(16 * 1024);
        assertThat(redact(CODE, "fake-token-01", token)).isEqualTo("fake-token-01");
    }

    /** One random form in a random text, for each seed. */
    @Test
    void hidesRandomSecretsInRandomFormsInRandomTexts() {
        List<String> pieces = List.of(
                "error ",
                "Queue",
                ": ",
                "%",
                "&",
                "\\",
                "=",
                "a+b",
                "&amp;",
                "%f",
                "&#",
                "\\u",
                "{\"",
                "\"}",
                "\n",
                "ü",
                "رمز",
                "\uD83D\uDD10",
                "\uD800",
                "\uDC00",
                "\u0000",
                "<b>",
                "/",
                "•",
                "\u200b",
                "=?",
                "--");
        for (int seed = 0; seed < 1000; seed++) {
            Random random = new Random(seed);
            Recipient recipient = random.nextBoolean()
                    ? pick(
                            random,
                            List.of(PHONE, number("+12025550123"), number("+8801719159900"), number("+39066982")))
                    : pick(random, List.of(MAIL, Recipient.email("a!#$%&'*+/=?^_`{|}~-b@sub.example.org")));
            String code = randomText(
                    random, pick(random, List.of("0123456789", "23456789BCDFGHJKMNPQRSTVWXYZ")), 4 + random.nextInt(9));
            String credential =
                    randomText(random, "!\"#$%&'()*+,-./:;<=>?@[]^_{}~ABCdef018 é\u0416", 8 + random.nextInt(40));
            int kind = random.nextInt(3);
            String secret = List.of(code, recipient.address(), credential).get(kind);
            String hidden = List.of(MARK, recipient.toString(), MARK).get(kind);
            String spelling = kind == 2 ? secret : spelling(random, secret, recipient);
            String form = pick(
                            random,
                            Stream.concat(ESCAPES.stream(), RUNS.stream()).toList())
                    .of(spelling);
            String before = randomText(random, pieces);
            String after = randomText(random, pieces);

            assertThat(ascii(redact(recipient, code, before + "[" + form + "]" + after, credential)))
                    .as("seed " + seed)
                    .isEqualTo(ascii(before + "[" + hidden + "]" + after));
        }
    }

    private static String spelling(Random random, String secret, Recipient recipient) {
        StringBuilder spelling = new StringBuilder();
        boolean mail = secret.contains("@");
        int zero = pick(random, List.of((int) '0', 0x660, 0x966, 0x9E6, 0xFF10, 0x1D7CE));
        String text = secret.startsWith("+") && random.nextBoolean()
                ? "0" + secret.substring(recipient.toString().indexOf('•'))
                : secret;
        text.codePoints().forEach(c -> {
            if (!spelling.isEmpty() && random.nextInt(4) == 0) {
                spelling.append(pick(
                        random,
                        mail
                                ? List.of(" ", "\u200b", "\r\n", "\u00a0")
                                : List.of(" ", "-", " (", "\u2011", "\u200e", ".")));
            }
            spelling.appendCodePoint(
                    c >= '0' && c <= '9' && !mail
                            ? zero + c - '0'
                            : random.nextBoolean() ? Character.toUpperCase(c) : c);
        });
        return spelling.toString();
    }

    /** Texts that nearly hold a secret again and again, or an escape, or base64. */
    static Stream<String> hostileTexts() {
        return Stream.of(
                "a",
                "9",
                "1",
                "5",
                "31415",
                "3 1 4 1 5 ",
                "3" + " ".repeat(16),
                "3 ",
                "314  ",
                "+966 50 123 456 ",
                "0 ",
                "00",
                "user.name+tag@example.co",
                "u ",
                "u\u200b",
                "u",
                "fake-passwor",
                "\\",
                "\\\\",
                "%",
                "%25",
                "%2525",
                "&",
                "&#",
                "&amp;",
                "&amp;amp;",
                "&#38;",
                "&nbsp;",
                "\\u0033\\u0031",
                "\\\"",
                "%33%31%34",
                "=33=31=34",
                "=",
                "= ",
                "+",
                "MTQx",
                "ABCDEFGH",
                "QUJDREVGR0g=",
                "A A A A ",
                "30303030",
                "0031",
                "\uD83D\uDD10",
                "\uD83D",
                "٣١٤١٥",
                "•",
                "\0",
                "\u0301",
                "é",
                "aaaaaaab");
    }

    @ParameterizedTest
    @MethodSource("hostileTexts")
    void takesTimeInProportionToTheTextWhateverItIs(String piece) {
        for (Redaction redaction : List.of(
                Redaction.of(PHONE, CODE, "fake-password"),
                Redaction.of(MAIL, "111111", "a".repeat(40), "u".repeat(31)),
                Redaction.of(Recipient.email("a".repeat(60) + "@example.com"), "999999999999", "\\".repeat(8) + "x"))) {
            long once = redaction.steps(repeated(piece, 1024));
            long twice = redaction.steps(repeated(piece, 2 * 1024));
            assertThat(twice).isLessThan(once * 21 / 10 + 1000).isLessThan(1000 * 2 * 1024);
        }
    }

    @Test
    void searchesNoMoreThanTwiceOfWhatItShows() {
        Redaction redaction = Redaction.of(PHONE, CODE, "fake-password");
        for (String piece : List.of("The queue is full, try later. ", "3 1 4 1 5 ", "&amp;amp;", "QUJDREVGR0g=")) {
            long most = redaction.steps(repeated(piece, 32 * 1024));
            assertThat(redaction.steps(repeated(piece, 64 * 1024))).isCloseTo(most, within(100L));
            assertThat(most).isLessThan(200 * 32 * 1024);
        }
    }

    @Test
    void takesTimeInProportionToTheTextForALongCredentialThatRepeatsItself() {
        Redaction redaction = Redaction.of("a".repeat(1000) + "b", "abcdefghijklmnop".repeat(1024));
        assertThat(redaction.steps(repeated("a", 4 * 1024))).isLessThan(4 * 1024 * 1500L);
        assertThat(redaction.steps(repeated("abcdefghijklmnop", 4 * 1024))).isLessThan(4 * 1024 * 1500L);
    }

    @Test
    void neverThrows() {
        List<String> pieces = List.of(
                "3",
                "1",
                "%",
                "%3",
                "%D9%A",
                "%F0%9F",
                "%FF",
                "&",
                "&#",
                "&#x",
                "&#xD800;",
                "&#1114112;",
                "&#x110000;",
                "&a",
                "&commat",
                ";",
                "\\",
                "\\u",
                "\\u00",
                "\\uD83D",
                "\\uDD10",
                "\\ud83d\\u0031",
                "=",
                "=3",
                "=D9",
                "=\r",
                "\uD800",
                "\uDC00",
                "\uDBFF\uDFFF",
                "\uFFFF",
                "A",
                "/w",
                "=",
                "D83D",
                "DD10",
                "\0",
                " ",
                "4159",
                "+966",
                "@",
                "•");
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            String text = randomText(random, pieces) + randomText(random, pieces);
            assertThat(redact(CODE, text, "\uD800", "\uDC00x")).isNotNull();
            assertThat(redact(MAIL, "\uDBFF", text)).isNotNull();
        }
    }

    private static String redact(String secret, String text, String... credentials) {
        if (secret.equals(PASSWORD)) {
            return redact(PHONE, CODE, text, PASSWORD);
        }
        return redact(
                secret.contains("@") ? MAIL : PHONE,
                secret.matches("[0-9]{6}|[A-Z0-9]{6}") ? secret : CODE,
                text,
                credentials);
    }

    private static String redact(Recipient recipient, String code, String text, String... credentials) {
        return message(recipient, code).redact(text, credentials);
    }

    private static OtpMessage message(Recipient recipient, String code) {
        return new OtpMessage(
                recipient, code, "login", Locale.ENGLISH, Duration.ofMinutes(5), "subject", "text", Optional.empty());
    }

    private static Recipient number(String address) {
        return new PhoneNumber(address);
    }

    private static String quoted(String text) {
        return text.replace("\\", "\\\\").replace("$", "\\$");
    }

    private static String repeated(String piece, int length) {
        return piece.repeat(length / piece.length() + 1).substring(0, length);
    }

    private static <T> T pick(Random random, List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private static String randomText(Random random, List<String> pieces) {
        StringBuilder text = new StringBuilder();
        IntStream.range(0, random.nextInt(30)).forEach(i -> text.append(pick(random, pieces)));
        return text.toString();
    }

    private static String randomText(Random random, String characters, int length) {
        StringBuilder text = new StringBuilder();
        IntStream.range(0, length).forEach(i -> text.append(characters.charAt(random.nextInt(characters.length()))));
        return text.toString();
    }

    /** Returns a text that is valid in a test report. */
    private static String ascii(String text) {
        StringBuilder ascii = new StringBuilder();
        text.chars()
                .forEach(c -> ascii.append(
                        c >= ' ' && c <= '~' ? Character.toString(c) : "<" + Integer.toHexString(c) + ">"));
        return ascii.toString();
    }

    private static String inScript(String digits, int zero) {
        StringBuilder text = new StringBuilder();
        digits.chars().forEach(c -> text.appendCodePoint(zero + c - '0'));
        return text.toString();
    }

    private static String fullWidth(String text) {
        StringBuilder wide = new StringBuilder();
        text.codePoints().forEach(c -> wide.appendCodePoint(c > ' ' && c <= '~' ? c - '!' + 0xFF01 : c));
        return wide.toString();
    }

    private static String json(String text) {
        return text.replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("/", "\\/")
                .replace("\r", "\\r")
                .replace("\n", "\\n");
    }

    private static String html(String text) {
        StringBuilder escaped = new StringBuilder();
        Map<Integer, String> names = Map.of(
                (int) '&',
                "&amp;",
                (int) '<',
                "&lt;",
                (int) '>',
                "&gt;",
                (int) '"',
                "&quot;",
                (int) '\'',
                "&apos;",
                (int) '@',
                "&commat;",
                (int) '+',
                "&plus;",
                (int) '.',
                "&period;",
                (int) '%',
                "&percnt;");
        text.codePoints().forEach(c -> escaped.append(names.getOrDefault(c, Character.toString(c))));
        return escaped.toString();
    }

    private static String oneAfterTheOther(String text) {
        List<Form> forms = List.of(URL_ALL, PLAIN, HTML_ALL, JSON_ALL, PRINTABLE);
        StringBuilder escaped = new StringBuilder();
        text.codePoints()
                .forEach(c -> escaped.append(
                        forms.get(escaped.length() % forms.size()).of(Character.toString(c))));
        return escaped.toString();
    }

    private static String points(String text, String format) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(c -> escaped.append(String.format(Locale.ROOT, format, c)));
        return escaped.toString();
    }

    private static String units(String text, String format) {
        StringBuilder escaped = new StringBuilder();
        text.chars().forEach(c -> escaped.append(String.format(Locale.ROOT, format, c)));
        return escaped.toString();
    }

    private static String bytes(String text, String format) {
        StringBuilder escaped = new StringBuilder();
        for (byte b : text.getBytes(UTF_8)) {
            escaped.append(String.format(Locale.ROOT, format, b & 0xFF));
        }
        return escaped.toString();
    }

    private static String hex(String text, Charset charset) {
        return HexFormat.of().formatHex(text.getBytes(charset));
    }
}
