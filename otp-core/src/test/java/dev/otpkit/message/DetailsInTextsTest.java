package dev.otpkit.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.otpkit.Recipient;
import dev.otpkit.spi.MessageContext;
import dev.otpkit.spi.OtpMessage;
import java.io.IOException;
import java.io.StringReader;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class DetailsInTextsTest {
    private static final Recipient PHONE = Recipient.phone("+966501234567", null);
    private static final Recipient EMAIL = Recipient.email("user@example.com");
    private static final Map<String, String> PAYMENT = Map.of("amount", "1,250.00 SAR", "payee", "Al Noor & Sons");

    @TempDir
    private Path folder;

    private URLClassLoader loader;

    @BeforeEach
    void open() throws IOException {
        loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, null);
    }

    @AfterEach
    void close() throws IOException {
        loader.close();
    }

    @Test
    void everyTextShowsDetails() throws Exception {
        write("otp", """
                sms.text={amount} to {payee}: {code}
                email.subject=Confirm {amount}
                email.text={payee} gets {amount} with {code}
                email.html.heading=Pay {amount} to {payee}
                email.html.validity={amount} within {minutes} min
                email.html.warning=Not {payee}? Call {app}.
                """);

        assertThat(sms("en", PAYMENT)).isEqualTo("1,250.00 SAR to Al Noor & Sons: 123456");
        assertThat(render(PHONE, "whatsapp", "en", PAYMENT).text()).isEqualTo("1,250.00 SAR to Al Noor & Sons: 123456");
        OtpMessage mail = mail("en", PAYMENT);
        assertThat(mail.subject()).isEqualTo("Confirm 1,250.00 SAR");
        assertThat(mail.text()).isEqualTo("Al Noor & Sons gets 1,250.00 SAR with 123456");
        assertThat(texts(mail, "title")).containsExactly("Confirm 1,250.00 SAR");
        assertThat(texts(mail, "p"))
                .containsExactly(
                        "Pay 1,250.00 SAR to Al Noor & Sons",
                        "123456",
                        "1,250.00 SAR within 5 min",
                        "Not Al Noor & Sons? Call Acme.");
        assertThat(mail.html().orElseThrow()).contains("<bdi>Al Noor &amp; Sons</bdi>");
    }

    @Test
    void aDetailThatNoTextShowsIsAllowed() throws IOException {
        write("otp", "sms.text={amount}: {code}\n");

        assertThat(sms("en", PAYMENT)).isEqualTo("1,250.00 SAR: 123456");
        assertThat(render(MessageCatalog.create(), "payment", PHONE, "sms", "en", PAYMENT)
                        .text())
                .isEqualTo(render(MessageCatalog.create(), "payment", PHONE, "sms", "en", Map.of())
                        .text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{code}{app}{minutes}{payee}{amount}",
                "100% %s %n {0} }{",
                "$1 \\$0 \\n",
                "O'Neil \"x\" ''",
                "<script>alert('x')</script>&amp;",
                "${jndi:x}",
                "{HEADING}{TITLE}"
            })
    void insertsAValueAsItIs(String value) throws Exception {
        write("otp", """
                sms.text={payee} {amount} {code}
                email.subject={payee}
                email.text={payee} {amount} {code}
                email.html.heading={payee} {amount}
                """);
        Map<String, String> details = Map.of("payee", value, "amount", "5");

        assertThat(sms("en", details)).isEqualTo(value + " 5 123456");
        OtpMessage mail = mail("en", details);
        assertThat(mail.subject()).isEqualTo(value);
        assertThat(mail.text()).isEqualTo(value + " 5 123456");
        assertThat(texts(mail, "title")).containsExactly(value);
        assertThat(texts(mail, "p")[0]).isEqualTo(value + " 5");
        assertThat(texts(mail, "bdi")).containsExactly(value, "5", "123456");
    }

    /** The document has placeholders of its own. */
    @Test
    void aDetailMayHaveTheNameOfAPartOfTheDocument() throws Exception {
        write("otp", """
                email.html.heading={title}{warning}{validity}{language}{direction}{heading}
                email.html.warning=the end
                """);
        Map<String, String> details = Map.of(
                "title", "t", "warning", "w", "validity", "v", "language", "l", "direction", "d", "heading", "h");

        OtpMessage mail = mail("en", details);
        assertThat(texts(mail, "p")[0]).isEqualTo("twvldh");
        assertThat(texts(mail, "p")[3]).isEqualTo("the end");
    }

    @Test
    void namesFileKeyAndDetailIfTheRequestLacksOne() throws IOException {
        write("otp", "payment.sms.text={amount} to {payee}: {code}\n");
        write("otp_ar", "payment.email.html.warning=تنبيه {payee}\npayment.email.subject=دفع {amount}\n");

        assertMissing("otp.properties: payment.sms.text", "payee", PHONE, "sms", "en", Map.of("amount", "5"));
        assertMissing("otp.properties: payment.sms.text", "amount", PHONE, "sms", "en", Map.of("payee", "5"));
        assertMissing("otp.properties: payment.sms.text", "amount", PHONE, "push", "en", Map.of());
        assertMissing("otp_ar.properties: payment.email.subject", "amount", EMAIL, "email", "ar", Map.of());
        assertMissing("otp_ar.properties: payment.email.subject", "amount", PHONE, "sms", "ar", Map.of());
        assertMissing(
                "otp_ar.properties: payment.email.html.warning", "payee", EMAIL, "email", "ar", Map.of("amount", "5"));
        assertThat(mail("en", Map.of()).text()).contains("123456");
    }

    /** At the build they cannot be told from names of details. */
    @ParameterizedTest
    @ValueSource(strings = {"cod", "0", "name", "minuts"})
    void aMistypedPlaceholderIsADetailThatTheRequestLacks(String name) throws IOException {
        write("otp", "payment.sms.text={" + name + "} {code}\n");

        assertMissing("otp.properties: payment.sms.text", name, PHONE, "sms", "en", Map.of());
    }

    @Test
    void valuesAreNotRemembered() throws IOException {
        write("otp", "sms.text={amount}: {code}\n");
        MessageCatalog catalog = build();

        for (int i = 0; i < 1_000; i++) {
            assertThat(render(catalog, "payment", PHONE, "sms", "en", Map.of("amount", "SAR " + i))
                            .text())
                    .isEqualTo("SAR " + i + ": 123456");
        }
    }

    @Test
    void isolatesValuesInRightToLeftTexts() throws Exception {
        write("otp_ar", """
                sms.text=رمز {code} لدفع {amount}
                email.subject=دفع {amount}
                email.text=رمز {code} لدفع {amount} إلى {payee}
                email.html.heading=دفع {amount}
                """);
        String amount = "\u20681,250.00 SAR\u2069";

        assertThat(sms("ar", PAYMENT)).isEqualTo("رمز \u2066123456\u2069 لدفع " + amount);
        assertThat(render(PHONE, "whatsapp", "ar", PAYMENT).text()).isEqualTo("رمز \u2066123456\u2069 لدفع " + amount);
        OtpMessage mail = mail("ar", PAYMENT);
        assertThat(mail.subject()).isEqualTo("دفع " + amount);
        assertThat(mail.text()).isEqualTo("رمز \u2066123456\u2069 لدفع " + amount + " إلى \u2068Al Noor & Sons\u2069");
        assertThat(texts(mail, "title")).containsExactly("دفع " + amount);
        assertThat(mail.html().orElseThrow()).contains("<p>دفع <bdi>1,250.00 SAR</bdi></p>");
    }

    @Test
    void isolatesNoValueInLeftToRightTexts() throws IOException {
        write("otp", "sms.text={amount} to {payee}: {code}\nemail.text={payee} {code}\nemail.subject={payee}\n");
        Map<String, String> details = Map.of("amount", "5", "payee", "مقهى");

        assertThat(sms("en", details)).isEqualTo("5 to مقهى: 123456");
        assertThat(mail("en", details).text()).isEqualTo("مقهى 123456");
        assertThat(mail("en", details).subject()).isEqualTo("مقهى");
    }

    /** A long text is split into as many segments with the isolates as without, except at its edges. */
    @Test
    void isolatesInAnSmsTakeNoFurtherSegment() throws IOException {
        StringBuilder texts = new StringBuilder();
        for (int length = 30; length <= 140; length++) {
            texts.append(length + ".sms.text=" + "ش".repeat(length) + " {code} {amount}\n");
        }
        write("otp_ar", texts.toString());
        MessageCatalog catalog = build();
        List<Integer> segmentsWithout = new ArrayList<>();
        List<Integer> notIsolated = new ArrayList<>();
        for (int length = 30; length <= 140; length++) {
            String words = "ش".repeat(length);
            String plain = words + " 123456 5 SAR";
            String isolated = words + " \u2066123456\u2069 \u20685 SAR\u2069";
            int segments = SmsSegments.of(plain).count();
            boolean free = SmsSegments.of(isolated).count() == segments;

            assertThat(render(catalog, "" + length, PHONE, "sms", "ar", Map.of("amount", "5 SAR"))
                            .text())
                    .as("%d letters", length)
                    .isEqualTo(free ? isolated : plain);
            segmentsWithout.add(segments);
            if (!free) {
                notIsolated.add(plain.length());
            }
        }
        assertThat(segmentsWithout).contains(1, 2, 3);
        assertThat(notIsolated).containsExactly(67, 68, 69, 70, 131, 132, 133, 134);
    }

    /** As ever: a text without details has isolates in a single segment alone. */
    @Test
    void aLongSmsWithoutDetailsIsNotIsolated() throws IOException {
        write("otp_ar", "sms.text=" + "ش".repeat(90) + " {code}\n");

        assertThat(sms("ar", PAYMENT)).endsWith("ش 123456");
    }

    @Test
    void theDirectionOfATextIsNotThatOfAValue() throws IOException {
        write("otp", "sms.text={payee} {code} pays\n");

        assertThat(sms("en", Map.of("payee", "مقهى"))).isEqualTo("مقهى 123456 pays");
    }

    private void assertMissing(
            String text, String detail, Recipient to, String medium, String locale, Map<String, String> details) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> render(to, medium, locale, details))
                .withMessage(text + " has {" + detail + "}, but the request has no such detail");
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(folder.resolve(name + ".properties"), content);
    }

    private MessageCatalog build() {
        return MessageCatalog.builder().bundle("otp", loader).build();
    }

    private String sms(String locale, Map<String, String> details) {
        return render(PHONE, "sms", locale, details).text();
    }

    private OtpMessage mail(String locale, Map<String, String> details) {
        return render(EMAIL, "email", locale, details);
    }

    private OtpMessage render(Recipient to, String medium, String locale, Map<String, String> details) {
        return render(build(), "payment", to, medium, locale, details);
    }

    private static OtpMessage render(
            MessageCatalog catalog,
            String purpose,
            Recipient to,
            String medium,
            String locale,
            Map<String, String> details) {
        return catalog.render(new MessageContext(
                "Acme", to, medium, "123456", purpose, Locale.forLanguageTag(locale), Duration.ofMinutes(5), details));
    }

    private static String[] texts(OtpMessage mail, String tag) throws Exception {
        Document document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(mail.html().orElseThrow())));
        NodeList nodes = document.getElementsByTagName(tag);
        String[] texts = new String[nodes.getLength()];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = nodes.item(i).getTextContent();
        }
        return texts;
    }
}
