package dev.otpkit.examples.quickstart;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetupTest;
import dev.otpkit.OtpManager;
import dev.otpkit.SendResult;
import dev.otpkit.VerifyResult;
import dev.otpkit.channel.smtp.SmtpChannel;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Sends a code by email and verifies it. Needs no account: the mail server runs in this program. */
public final class Quickstart {
    private static final String USER = "user@example.com";

    private Quickstart() {}

    /**
     * Prints what becomes of a code.
     *
     * @param args not looked at
     * @throws MessagingException if the mail cannot be read
     * @throws IOException if the mail cannot be read
     */
    public static void main(String[] args) throws MessagingException, IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        GreenMail mailServer = new GreenMail(ServerSetupTest.SMTP.dynamicPort());
        mailServer.start();
        try (CaffeineOtpStore store = CaffeineOtpStore.create();
                SmtpChannel channel = SmtpChannel.builder()
                        .host("127.0.0.1")
                        .port(mailServer.getSmtp().getPort())
                        .tls(SmtpChannel.Tls.NONE)
                        .from("Acme <no-reply@acme.example>")
                        .build()) {
            OtpManager otp = OtpManager.builder()
                    .appName("Acme")
                    .store(store)
                    .channel(channel)
                    .build();

            out.println("send      " + text(otp.send(USER)));

            MimeMessage mail = mailServer.getReceivedMessages()[0];
            String text =
                    (String) ((Multipart) mail.getContent()).getBodyPart(0).getContent();
            out.println("mail      Subject: " + mail.getSubject());
            text.lines().filter(line -> !line.isBlank()).forEach(line -> out.println("          " + line));

            out.println("send      " + text(otp.send(USER)));

            String code = text.replaceAll("(?s).*?(\\d{6}).*", "$1");
            String wrong = code.equals("000000") ? "999999" : "000000";
            String spaced = code.substring(0, 3) + " " + code.substring(3);
            out.println("verify    12345    " + text(otp.verify(USER, "12345")));
            out.println("verify    " + wrong + "   " + text(otp.verify(USER, wrong)));
            out.println("verify    " + spaced + "  " + text(otp.verify("User@Example.COM", spaced)));
            out.println("verify    " + code + "   " + text(otp.verify(USER, code)));
        } finally {
            mailServer.stop();
        }
    }

    private static String text(SendResult result) {
        if (result instanceof SendResult.Sent sent) {
            return "sent over " + sent.channel() + " to " + sent.recipient() + ", valid until " + sent.expiresAt();
        }
        if (result instanceof SendResult.Refused refused) {
            return "refused: " + refused.reason()
                    + refused.retryAfter().map(time -> ", retry after " + time).orElse("");
        }
        return "not sent: " + result;
    }

    private static String text(VerifyResult result) {
        if (result instanceof VerifyResult.Verified verified) {
            return "verified: " + verified.recipient() + " received it";
        }
        if (result instanceof VerifyResult.Rejected rejected
                && rejected.attemptsLeft().isPresent()) {
            return "rejected: " + rejected.reason() + ", attempts left: "
                    + rejected.attemptsLeft().getAsInt();
        }
        return result instanceof VerifyResult.Rejected rejected ? "rejected: " + rejected.reason() : "not verified";
    }
}
