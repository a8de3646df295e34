package dev.otpkit.examples.payment;

import dev.otpkit.OtpManager;
import dev.otpkit.SendResult;
import dev.otpkit.examples.payment.PaymentPage.Payment;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** Confirms two payments, in English and in Arabic. Needs no account: in development mode nothing is sent. */
public final class PaymentProgram {
    private PaymentProgram() {}

    /**
     * Prints the messages to the payer, and the result of each code.
     *
     * @param args ignored
     */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try (CaffeineOtpStore store = CaffeineOtpStore.create()) {
            OtpManager otp = OtpManager.builder()
                    .appName("Acme")
                    .store(store)
                    .messages(PaymentPage.texts())
                    .developmentMode(true)
                    .build();
            PaymentPage page = new PaymentPage(otp);

            Payment small = new Payment("payment-1", "+966501234567", "125.00 SAR", "Al Noor Cafe", Locale.ENGLISH);
            String codeOfSmall = code(page.askForCode(small), out);
            Payment large = new Payment("payment-1", "+966501234567", "9,125.00 SAR", "Al Noor Cafe", Locale.ENGLISH);
            String codeOfLarge = code(page.change(large), out);
            out.println("first code     " + text(page.confirm("payment-1", codeOfSmall)));
            out.println("second code    " + text(page.confirm("payment-1", codeOfLarge)));
            out.println("once more      " + text(page.confirm("payment-1", codeOfLarge)));

            Locale arabic = Locale.forLanguageTag("ar-SA");
            Payment other = new Payment("payment-2", "user@example.com", "80.00 SAR", "مقهى الزهرة", arabic);
            out.println("code           " + text(page.confirm("payment-2", code(page.askForCode(other), out))));
        }
    }

    /** Prints the message, and returns its code. */
    private static String code(SendResult result, PrintStream out) {
        SendResult.Sent sent = (SendResult.Sent) result;
        sent.developmentMessage()
                .orElseThrow()
                .text()
                .lines()
                .filter(line -> !line.isBlank())
                .forEach(line -> out.println("message        " + line));
        return sent.developmentCode().orElseThrow();
    }

    private static String text(Optional<Payment> confirmed) {
        return confirmed
                .map(payment -> "pays " + payment.amount() + " to " + payment.payee())
                .orElse("pays nothing");
    }
}
