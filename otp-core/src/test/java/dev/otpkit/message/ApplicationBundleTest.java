package dev.otpkit.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.otpkit.Recipient;
import dev.otpkit.spi.MessageContext;
import dev.otpkit.spi.OtpMessage;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApplicationBundleTest {
    @TempDir
    private Path folder;

    private URLClassLoader loader;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(folder.resolve("com/acme"));
        loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, null);
    }

    @AfterEach
    void close() throws IOException {
        loader.close();
    }

    @Test
    void replacesSingleTexts() throws IOException {
        write("otp_ar", "sms.text=رمزك {code}\n");
        MessageCatalog catalog = build();
        assertThat(sms(catalog, "ar", "login")).isEqualTo("رمزك \u2066123456\u2069");
        assertThat(sms(catalog, "ar-SA", "login")).isEqualTo("رمزك \u2066123456\u2069");
        assertThat(mail(catalog, "ar", "login")).isEqualTo(mail(MessageCatalog.create(), "ar", "login"));
        assertThat(sms(catalog, "en", "login")).isEqualTo(sms(MessageCatalog.create(), "en", "login"));
    }

    @Test
    void replacesEveryText() throws IOException {
        write("otp", """
                sms.text=S {code}
                email.subject=T {app}
                email.text=M {code}
                email.html.heading=H <b>&
                email.html.validity=V {minutes}
                email.html.warning=W
                """);
        OtpMessage mail = mail(build(), "en", "login");
        assertThat(mail.subject()).isEqualTo("T Acme");
        assertThat(mail.text()).isEqualTo("M 123456");
        assertThat(mail.html().orElseThrow())
                .contains("<p>H &lt;b&gt;&amp;</p>", "<p>V 5</p>", ">W</p>", "<title>T Acme</title>");
        assertThat(sms(build(), "en", "login")).isEqualTo("S 123456");
    }

    @Test
    void aTextForThePurposeComesFirst() throws IOException {
        write("otp", "sms.text=any {code}\npassword-reset.sms.text=reset {code}\n");
        MessageCatalog catalog = build();
        assertThat(sms(catalog, "en", "password-reset")).isEqualTo("reset 123456");
        assertThat(sms(catalog, "en", "login")).isEqualTo("any 123456");
        assertThat(sms(catalog, "en", "Password-Reset")).isEqualTo("any 123456");
    }

    @Test
    void aPurposeMayBeAnyText() throws IOException {
        write("otp", "pay\\ 5\\:\\ caf\u00e9.v2.sms.text=pay {code}\nsms.sms.text=short {code}\n");
        assertThat(sms(build(), "en", "pay 5: caf\u00e9.v2")).isEqualTo("pay 123456");
        assertThat(sms(build(), "en", "sms")).isEqualTo("short 123456");
    }

    @Test
    void theLanguageMattersMoreThanThePurpose() throws IOException {
        write("otp", "login.sms.text=english login {code}\nsms.text=english {code}\n");
        write("otp_pt", "sms.text=geral {code}\n");
        write("otp_pt_BR", "sms.text=brasil {code}\n");
        MessageCatalog catalog = build();
        assertThat(sms(catalog, "ar", "login")).startsWith("رمز Acme");
        assertThat(sms(catalog, "pt", "login")).isEqualTo("geral 123456");
        assertThat(sms(catalog, "pt-PT", "login")).isEqualTo("geral 123456");
        assertThat(sms(catalog, "pt-BR", "login")).isEqualTo("brasil 123456");
        assertThat(sms(catalog, "zh", "login")).isEqualTo("english login 123456");
    }

    @ParameterizedTest
    @CsvSource({"fa,fa-IR", "id,in-ID", "he,iw", "zh_TW,zh-TW", "zh_Hant,zh-TW", "zh,zh-CN", "fil,fil-PH", "no,nb-NO"})
    void readsFilesOfOtherLanguagesAndOfRegions(String suffix, String asked) throws IOException {
        write("otp_" + suffix, "sms.text=own {code}\n");
        assertThat(sms(build(), asked, "login")).isEqualTo("own 123456");
    }

    @Test
    void takesLanguageAndDirectionFromTheText() throws IOException {
        write("otp_fa", "email.html.heading=کد {app}\nsms.text=کد {code}\n");
        write("otp_pt_BR", "email.html.heading=Código {app}\n");
        MessageCatalog catalog = build();
        assertThat(mail(catalog, "fa-IR", "login").html().orElseThrow()).contains("<html lang=\"fa\" dir=\"rtl\">");
        assertThat(sms(catalog, "fa", "login")).isEqualTo("کد \u2066123456\u2069");
        assertThat(mail(catalog, "pt-BR", "login").html().orElseThrow()).contains("<html lang=\"pt-BR\" dir=\"ltr\">");
    }

    @Test
    void aTextWithoutLettersRunsFromLeftToRight() throws IOException {
        write("otp_ar", "sms.text={app} {code}\n");
        assertThat(sms(build(), "ar", "login")).isEqualTo("Acme 123456");
    }

    @Test
    void leavesIsolatesOutOfOwnTextsThatNeedTheRoom() throws IOException {
        write("otp_ar", "sms.text=" + "ش".repeat(63) + " {code}\nlong.sms.text=" + "ش".repeat(90) + " {code}\n");
        assertThat(sms(build(), "ar", "login")).endsWith("ش 123456");
        assertThat(sms(build(), "ar", "long")).endsWith("ش 123456");
    }

    @Test
    void keepsLinesPercentSignsAndQuotes() throws IOException {
        write("otp", "sms.text=100% '{code}'\\n\"%s\" $1 \\\\ {app}\n");
        assertThat(sms(build(), "en", "login")).isEqualTo("100% '123456'\n\"%s\" $1 \\ Acme");
    }

    @Test
    void theLanguageOfTheJvmHasNoSay() throws IOException {
        write("otp_ar", "sms.text=رمزك {code}\n");
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar"));
            assertThat(sms(build(), "sw", "login")).contains("msimbo");
            assertThat(sms(build(), "zh", "login")).contains("is your code");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void findsFilesByTheContextClassLoader() throws IOException {
        write("otp", "sms.text=own {code}\n");
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try {
            Thread.currentThread().setContextClassLoader(loader);
            MessageCatalog.Builder builder = MessageCatalog.builder().bundle("com.acme.otp");
            Thread.currentThread().setContextClassLoader(null);
            assertThat(sms(builder.build(), "en", "login")).isEqualTo("own 123456");
            MessageCatalog.Builder without = MessageCatalog.builder().bundle("com.acme.otp");
            assertThatIllegalStateException().isThrownBy(without::build).withMessageContaining("com.acme.otp");
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    @Test
    void isReadOnce() throws IOException {
        write("otp", "sms.text=first {code}\n");
        MessageCatalog catalog = build();
        write("otp", "sms.text=second {code}\n");
        loader.close();
        assertThat(sms(catalog, "en", "login")).isEqualTo("first 123456");
    }

    @Test
    void toleratesAByteOrderMark() throws IOException {
        write("otp", "\uFEFF# comment\nsms.text=own {code}\n");
        assertThat(sms(build(), "en", "login")).isEqualTo("own 123456");
    }

    @Test
    void refusesABundleThatIsNowhere() {
        assertThatIllegalStateException()
                .isThrownBy(this::build)
                .withMessage("bundle com.acme.otp was not found: there is neither com/acme/otp.properties"
                        + " nor one for a language, such as com/acme/otp_ar.properties");
    }

    @Test
    void refusesABlankName() {
        MessageCatalog.Builder builder = MessageCatalog.builder();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.bundle(" "))
                .withMessageContaining("baseName");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sms.text=no code",
                "sms.text=",
                "login.sms.text=no code",
                "email.text=no code",
                "sms.text={code} {Code}",
                "sms.text={code} {",
                "sms.text={code} }",
                "sms.text={ {code}",
                "sms.text=}{code}",
                "sms.text={{code}}",
                "sms.text={ code }",
                "sms.text={code}\\r\\n",
                "sms.text={code}\\u0000",
                "email.subject=Your code {code}",
                "login.email.subject={code}",
                "email.subject=Your\\nBcc: x@example.com",
                "email.subject=Your\\u2028code",
                "sms.text={code} {a-b}",
                "email.subject=\\ ",
                "email.html.heading={Name}"
            })
    void refusesATextAgainstTheRulesNamingFileAndKey(String line) throws IOException {
        write("otp_ar", line + "\n");
        assertThatIllegalStateException()
                .isThrownBy(this::build)
                .withMessageStartingWith(
                        "com/acme/otp_ar.properties: " + line.substring(0, line.indexOf('=')) + " must ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sms.txt", "sms", "text", "email.html", "loginsms.text", "SMS.text"})
    void refusesAnUnknownKey(String key) throws IOException {
        write("otp", key + "={code}\n");
        assertThatIllegalStateException()
                .isThrownBy(this::build)
                .withMessageStartingWith("com/acme/otp.properties: " + key + " must be one of [sms.text, ");
    }

    @Test
    void refusesAFileThatIsNotUtf8() throws IOException {
        Files.write(
                folder.resolve("com/acme/otp_fr.properties"),
                "sms.text=à {code}\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatIllegalStateException()
                .isThrownBy(this::build)
                .withMessage("com/acme/otp_fr.properties could not be read as properties in UTF-8");
    }

    @Test
    void refusesAFileWithABrokenEscape() throws IOException {
        write("otp", "sms.text=\\u00 {code}\n");
        assertThatIllegalStateException()
                .isThrownBy(this::build)
                .withMessage("com/acme/otp.properties could not be read as properties in UTF-8");
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(folder.resolve("com/acme/" + name + ".properties"), content);
    }

    private MessageCatalog build() {
        return MessageCatalog.builder().bundle("com.acme.otp", loader).build();
    }

    private static String sms(MessageCatalog catalog, String locale, String purpose) {
        return render(catalog, Recipient.phone("+966501234567", null), "sms", locale, purpose)
                .text();
    }

    private static OtpMessage mail(MessageCatalog catalog, String locale, String purpose) {
        return render(catalog, Recipient.email("user@example.com"), "email", locale, purpose);
    }

    private static OtpMessage render(
            MessageCatalog catalog, Recipient to, String medium, String locale, String purpose) {
        return catalog.render(new MessageContext(
                "Acme", to, medium, "123456", purpose, Locale.forLanguageTag(locale), Duration.ofMinutes(5)));
    }
}
