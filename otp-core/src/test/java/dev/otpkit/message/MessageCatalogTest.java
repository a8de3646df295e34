package dev.otpkit.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.otpkit.Recipient;
import dev.otpkit.spi.MessageContext;
import dev.otpkit.spi.OtpMessage;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageCatalogTest {
    private static final Recipient PHONE = Recipient.phone("+966501234567", null);
    private static final Recipient EMAIL = Recipient.email("user@example.com");

    private final MessageCatalog catalog = MessageCatalog.create();

    @Test
    void tellsCodeApplicationAndMinutes() {
        assertThat(sms("en", "123456").text())
                .isEqualTo("Acme: 123456 is your code. It expires in 5 min. Never share it with anyone.");
    }

    @Test
    void keepsWhatTheContextSays() {
        MessageContext context = context("Acme", PHONE, "sms", "123456", "login", "ar-SA", Duration.ofMinutes(5));
        assertThat(catalog.render(context))
                .extracting(
                        OtpMessage::recipient,
                        OtpMessage::code,
                        OtpMessage::purpose,
                        OtpMessage::locale,
                        OtpMessage::validFor)
                .containsExactly(PHONE, "123456", "login", Locale.forLanguageTag("ar-SA"), Duration.ofMinutes(5));
    }

    @Test
    void aMailHasSubjectTextAndHtml() {
        OtpMessage mail = mail("en", "Acme", "123456");
        assertThat(mail.subject()).isEqualTo("Your Acme code");
        assertThat(mail.text())
                .isEqualTo("Your Acme code: 123456\n\nIt expires in 5 min. Never share it with anyone.\n\n"
                        + "If you did not ask for this code, ignore this message.");
        assertThat(mail.html()).isPresent();
    }

    @Test
    void anEmailAddressGetsAMailOverAnyMedium() {
        OtpMessage message =
                catalog.render(context("Acme", EMAIL, "pigeon", "123456", "login", "en", Duration.ofMinutes(5)));
        assertThat(message.html()).isPresent();
        assertThat(message.text()).contains("\n\n");
    }

    @Test
    void otherMediaGetTheShortTextWithoutHtml() {
        OtpMessage message =
                catalog.render(context("Acme", PHONE, "whatsapp", "123456", "login", "en", Duration.ofMinutes(5)));
        assertThat(message.text()).isEqualTo(sms("en", "123456").text());
        assertThat(message.subject()).isEqualTo("Your Acme code");
        assertThat(message.html()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"PT5M,5", "PT5M59.999S,5", "PT1M,1", "PT59S,1", "PT0S,1", "PT24H,1440"})
    void roundsMinutesDownButNotToZero(Duration validFor, String minutes) {
        assertThat(catalog.render(context("Acme", PHONE, "sms", "123456", "login", "en", validFor))
                        .text())
                .contains("expires in " + minutes + " min.");
    }

    @ParameterizedTest
    @CsvSource({
        "ar-SA,ar",
        "ar-EG-u-nu-arab,ar",
        "pt-BR,pt",
        "pt-PT,pt",
        "es-419,es",
        "de-AT,de",
        "ur-Arab-PK,ur",
        "in,id",
        "in-ID,id",
        "id-ID,id",
        "en-GB,en",
        "zh,en",
        "zh-TW,en",
        "he,en",
        "iw,en",
        "und,en",
        "en-SA,en"
    })
    void fallsBackToTheLanguageAndThenToEnglish(String asked, String expected) {
        assertThat(sms(asked, "123456").text())
                .isEqualTo(sms(expected, "123456").text());
        assertThat(mail(asked, "Acme", "123456").html())
                .isEqualTo(mail(expected, "Acme", "123456").html());
    }

    @SuppressWarnings("deprecation")
    @Test
    void knowsTheOldCodeOfIndonesian() {
        MessageContext context = new MessageContext(
                "Acme", PHONE, "sms", "123456", "login", new Locale("in", "ID"), Duration.ofMinutes(5));
        assertThat(catalog.render(context).text()).contains("kode Anda");
    }

    @Test
    void theDefaultLocaleOfTheJvmHasNoSay() {
        Locale before = Locale.getDefault();
        String english = sms("en", "123456").text();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-SA-u-nu-arab"));
            assertThat(sms("zh", "123456").text()).isEqualTo(english);
            assertThat(sms("en", "123456").text()).isEqualTo(english);
            assertThat(sms("sw", "123456").text()).startsWith("Acme: 123456 ni msimbo wako.");
            assertThat(sms("ar", "123456").text()).contains("123456").contains(": 5.");
            assertThat(mail("ar", "Acme", "123456").html().orElseThrow())
                    .contains("123456")
                    .contains(": 5.");
            MessageCatalog made = MessageCatalog.create();
            assertThat(made.render(context("Acme", PHONE, "sms", "123456", "login", "zh", Duration.ofMinutes(5)))
                            .text())
                    .isEqualTo(english);
        } finally {
            Locale.setDefault(before);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"100% %s %n {0}", "{code} {minutes}", "$1 \\$0 \\n", "O'Neil ''", "{cod} }{", "${jndi:x}"})
    void putsTheNameInAsItIs(String app) {
        OtpMessage mail = mail("en", app, "123456");
        assertThat(mail.subject()).isEqualTo("Your " + app + " code");
        assertThat(mail.text()).startsWith("Your " + app + " code: 123456\n");
        assertThat(catalog.render(context(app, PHONE, "sms", "123456", "login", "en", Duration.ofMinutes(5)))
                        .text())
                .startsWith(app + ": 123456 is your code.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Acme\r\nBcc: x@example.com",
                "Acme\n@evil.example #000000",
                "Ac\u202eme",
                "Ac\u2069me",
                "Acme\u2028x",
                "Acme\u0000",
                " "
            })
    void refusesANameThatIsNoVisibleLine(String app) {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        catalog.render(context(app, PHONE, "sms", "123456", "login", "en", Duration.ofMinutes(5))))
                .withMessageContaining("appName");
    }

    @Test
    void isolatesTheCodeInRightToLeftTexts() {
        assertThat(sms("ar", "7K2B9X").text()).contains("رمز Acme: \u20667K2B9X\u2069.");
        assertThat(sms("ur", "7K2B9X").text()).contains("\u20667K2B9X\u2069");
        assertThat(mail("ar", "Acme", "7K2B9X").text())
                .startsWith("رمز \u2068Acme\u2069 الخاص بك: \u20667K2B9X\u2069\n");
        assertThat(mail("ur", "Acme", "7K2B9X").text()).contains("\u2068Acme\u2069", "\u20667K2B9X\u2069");
    }

    @Test
    void isolatesNothingInSubjectsAndLeftToRightTexts() {
        String marks = ".*[\u2066-\u2069].*";
        assertThat(mail("ar", "Acme", "7K2B9X").subject()).doesNotMatch(marks);
        for (String language : new String[] {"en", "fr", "hi", "bn"}) {
            assertThat(sms(language, "7K2B9X").text()).doesNotMatch(marks);
            assertThat(mail(language, "Acme", "7K2B9X").text().replace("\n", " "))
                    .doesNotMatch(marks);
        }
    }

    @Test
    void leavesIsolatesOutWhereTheyWouldMakeASecondSegment() {
        for (int length = 1; length <= 40; length++) {
            String app = "a".repeat(length);
            OtpMessage message =
                    catalog.render(context(app, PHONE, "sms", "7K2B9XQ4", "login", "ar", Duration.ofMinutes(10)));
            String without = "رمز " + app + ": 7K2B9XQ4. صلاحيته بالدقائق: 10. لا تشاركه مع أحد.";
            boolean fits = without.length() + 2 <= 70;
            assertThat(message.text()).isEqualTo(fits ? without.replace("7K2B9XQ4", "\u20667K2B9XQ4\u2069") : without);
            assertThat(fits).isEqualTo(length <= 13);
        }
    }

    @Test
    void anIsolateNeedNotFitWhereThereAreNoSegments() {
        OtpMessage message = catalog.render(
                context("a".repeat(40), PHONE, "whatsapp", "7K2B9X", "login", "ar", Duration.ofMinutes(5)));
        assertThat(message.text()).contains("\u20667K2B9X\u2069");
    }

    @Test
    void bindsAnSmsToItsOriginInTheLastLine() {
        MessageCatalog bound =
                MessageCatalog.builder().originBound("Login.Acme.example").build();
        assertThat(bound.render(context("Acme", PHONE, "sms", "123456", "login", "en", Duration.ofMinutes(5)))
                        .text())
                .isEqualTo(sms("en", "123456").text() + "\n@login.acme.example #123456");
        assertThat(bound.render(context("Acme", PHONE, "sms", "123456", "login", "ar", Duration.ofMinutes(5)))
                        .text())
                .endsWith("\n@login.acme.example #123456");
    }

    @Test
    void endsAnSmsWithTheHashOfTheApplication() {
        MessageCatalog hashed =
                MessageCatalog.builder().androidAppHash("FA+9qCX9VSu").build();
        OtpMessage message =
                hashed.render(context("Acme", PHONE, "sms", "123456", "login", "en", Duration.ofMinutes(5)));
        assertThat(message.text()).isEqualTo(sms("en", "123456").text() + "\nFA+9qCX9VSu");
        assertThat(message.text()).hasSizeLessThanOrEqualTo(140);
    }

    @Test
    void theLastLineCountsWhenIsolatesMustFit() {
        MessageCatalog bound =
                MessageCatalog.builder().originBound("acme.example").build();
        assertThat(bound.render(context("Acme", PHONE, "sms", "123456", "login", "ar", Duration.ofMinutes(5)))
                        .text())
                .doesNotContain("\u2066");
    }

    @ParameterizedTest
    @ValueSource(strings = {"whatsapp", "email", "SMS2"})
    void onlyAnSmsGetsTheLineForAutofill(String medium) {
        MessageCatalog bound =
                MessageCatalog.builder().originBound("acme.example").build();
        MessageContext context = context("Acme", PHONE, medium, "123456", "login", "en", Duration.ofMinutes(5));
        assertThat(bound.render(context).text())
                .isEqualTo(catalog.render(context).text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "https://acme.example",
                "acme.example:443",
                "acme.example/",
                "acme.example ",
                "acme.example\n",
                ".acme.example",
                "acme..example",
                "acme.example.",
                "-acme.example",
                "bücher.example",
                "acme_x.example",
                "127.0.0.1",
                "[::1]",
                "@acme.example"
            })
    void refusesAnythingButAHostName(String host) {
        MessageCatalog.Builder builder = MessageCatalog.builder();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.originBound(host))
                .withMessage("host must be a host name in ASCII without scheme and port, but was " + host);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "acme.example", "xn--bcher-kva.example", "a.b-c.d1.example"})
    void takesHostNames(String host) {
        assertThat(MessageCatalog.builder()
                        .originBound(host)
                        .build()
                        .render(context("Acme", PHONE, "sms", "123456", "login", "en", Duration.ofMinutes(5)))
                        .text())
                .endsWith("\n@" + host + " #123456");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "FA+9qCX9VS", "FA+9qCX9VSuu", "FA-9qCX9VSu", "FA+9qCX9VS\n", "<#>FA+9qCX9"})
    void refusesAnythingButAnAppHash(String hash) {
        MessageCatalog.Builder builder = MessageCatalog.builder();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.androidAppHash(hash))
                .withMessageStartingWith("hash must be 11 characters");
    }

    @Test
    void onlyOneLineCanBeTheLast() {
        MessageCatalog.Builder builder =
                MessageCatalog.builder().originBound("acme.example").androidAppHash("FA+9qCX9VSu");
        assertThatIllegalStateException()
                .isThrownBy(builder::build)
                .withMessageContaining("originBound and androidAppHash exclude one another");
    }

    private OtpMessage sms(String locale, String code) {
        return catalog.render(context("Acme", PHONE, "sms", code, "login", locale, Duration.ofMinutes(5)));
    }

    private OtpMessage mail(String locale, String app, String code) {
        return catalog.render(context(app, EMAIL, "email", code, "login", locale, Duration.ofMinutes(5)));
    }

    private static MessageContext context(
            String app, Recipient to, String medium, String code, String purpose, String locale, Duration validFor) {
        return new MessageContext(app, to, medium, code, purpose, Locale.forLanguageTag(locale), validFor);
    }
}
