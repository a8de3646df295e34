package dev.otpkit.examples.payment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpManager;
import dev.otpkit.examples.payment.PaymentPage.Payment;
import dev.otpkit.message.SmsSegments;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import dev.otpkit.testkit.RecordingChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PaymentPageTest {
    private static final String PHONE = "+966501234567";
    private static final String MAILBOX = "user@example.com";
    private static final Locale ARABIC = Locale.forLanguageTag("ar-SA");
    private static final Payment PAYMENT = new Payment("p-1", PHONE, "125.00 SAR", "Al Noor Cafe", Locale.ENGLISH);

    private final RecordingChannel sms = RecordingChannel.sms();
    private final RecordingChannel email = RecordingChannel.email();
    private final PaymentPage page = new PaymentPage(OtpManager.builder()
            .appName("Acme")
            .store(CaffeineOtpStore.create())
            .channel(sms)
            .channel(email)
            .messages(PaymentPage.texts())
            .build());

    @ParameterizedTest
    @ValueSource(strings = {"otp.properties", "otp_ar.properties"})
    void thePageShowsTheWholeBundle(String file) throws IOException {
        assertThat(Files.readString(Path.of("../docs/transactions.md")))
                .contains("```text\n"
                        + Files.readString(Path.of("src/main/resources/dev/otpkit/examples/payment/" + file))
                        + "```\n");
    }

    @Test
    void theMessageShowsAmountAndPayeeBeforeTheCode() {
        page.askForCode(PAYMENT);

        assertThat(sms.last().text())
                .isEqualTo("Acme: to pay 125.00 SAR to Al Noor Cafe, enter " + sms.lastCode()
                        + ". Never share it with anyone.");
        assertThat(SmsSegments.of(sms.last().text()).count()).isEqualTo(1);
    }

    @Test
    void theArabicMessageIsolatesTheValues() {
        page.askForCode(new Payment("p-1", PHONE, "125.00 SAR", "Al Noor Cafe", ARABIC));

        assertThat(sms.last().text())
                .isEqualTo("لدفع \u2068125.00 SAR\u2069 إلى \u2068Al Noor Cafe\u2069 عبر Acme أدخل \u2066"
                        + sms.lastCode() + "\u2069. لا تشاركه مع أحد.");
        assertThat(SmsSegments.of(sms.last().text()).count()).isEqualTo(2);
        assertThat(SmsSegments.of(sms.last().text().replaceAll("[\u2066-\u2069]", ""))
                        .count())
                .isEqualTo(2);
    }

    @Test
    void theMailShowsThemInPlainTextAndHtmlAndNotInItsSubject() {
        page.askForCode(new Payment("p-1", MAILBOX, "125.00 SAR", "Bell & Sons", Locale.ENGLISH));

        assertThat(email.last().subject()).isEqualTo("Confirm your payment");
        assertThat(email.last().text()).startsWith("To pay 125.00 SAR to Bell & Sons, enter " + email.lastCode());
        assertThat(email.last().html().orElseThrow())
                .contains("To pay <bdi>125.00 SAR</bdi> to <bdi>Bell &amp; Sons</bdi>, enter:");
    }

    @Test
    void theCodeOfAPaymentExecutesItOnce() {
        page.askForCode(PAYMENT);
        String code = sms.lastCode();

        assertThat(page.confirm("p-1", code)).contains(PAYMENT);
        assertThat(page.confirm("p-1", code)).isEmpty();
    }

    @Test
    void aChangeOfThePaymentEndsItsCode() {
        page.askForCode(PAYMENT);
        String first = sms.lastCode();
        Payment changed = new Payment("p-1", PHONE, "9,125.00 SAR", "Al Noor Cafe", Locale.ENGLISH);

        page.change(changed);

        String second = sms.lastCode();
        if (!first.equals(second)) {
            assertThat(page.confirm("p-1", first)).isEmpty();
        }
        assertThat(sms.last().text()).contains("9,125.00 SAR");
        assertThat(page.confirm("p-1", second)).contains(changed);
    }

    @Test
    void aChangeBackDoesNotBringTheFirstCodeBack() {
        page.askForCode(PAYMENT);
        String first = sms.lastCode();
        page.change(new Payment("p-1", PHONE, "9,125.00 SAR", "Al Noor Cafe", Locale.ENGLISH));

        page.change(PAYMENT);

        if (!first.equals(sms.lastCode())) {
            assertThat(page.confirm("p-1", first)).isEmpty();
        }
        assertThat(page.confirm("p-1", sms.lastCode())).contains(PAYMENT);
    }

    @Test
    void theCodeOfOnePaymentExecutesNoOther() {
        page.askForCode(PAYMENT);
        String code = sms.lastCode();
        page.askForCode(new Payment("p-2", PHONE, "125.00 SAR", "Al Noor Cafe", Locale.ENGLISH));
        String other = sms.lastCode();

        if (!code.equals(other)) {
            assertThat(page.confirm("p-2", code))
                    .as("the same amount and payee")
                    .isEmpty();
        }
        assertThat(page.confirm("p-3", code)).as("an unknown payment").isEmpty();
        assertThat(page.confirm("p-1", code)).contains(PAYMENT);
    }

    @Test
    void theProgramPaysWhatWasConfirmed() throws Exception {
        List<String> lines = output();

        assertThat(lines.get(0))
                .matches("message {8}Acme: to pay 125\\.00 SAR to Al Noor Cafe, enter \\d{6}\\. Never share .*");
        assertThat(lines.get(1)).contains("9,125.00 SAR");
        assertThat(lines.subList(2, 5))
                .containsExactly(
                        "first code     pays nothing",
                        "second code    pays 9,125.00 SAR to Al Noor Cafe",
                        "once more      pays nothing");
        assertThat(lines.get(5)).contains("لدفع \u206880.00 SAR\u2069 إلى \u2068مقهى الزهرة\u2069");
        assertThat(lines.get(lines.size() - 1)).isEqualTo("code           pays 80.00 SAR to مقهى الزهرة");
    }

    private static List<String> output() throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            PaymentProgram.main(new String[0]);
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
