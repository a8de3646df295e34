package dev.otpkit.channel.smtp;

import dev.otpkit.spi.OtpMessage;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeUtility;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import java.util.UUID;

/**
 * Makes a mail as it goes over the wire: a plain text, or that and the same as HTML (multipart/alternative, RFC 2046, 5.1.4).
 *
 * <p>Written here rather than by Jakarta Mail, whose multipart needs a data content handler that it looks up through the
 * thread's context class loader: from a common-pool thread of a packaged application it finds none.
 */
final class OtpMail {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, d MMM yyyy HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private OtpMail() {}

    /** Returns the mail that carries a message. */
    static MimeMessage of(Session session, Sender sender, OtpMessage message, Instant date) {
        // Neither the machine's name nor the user's, which Jakarta Mail would put here.
        String messageId = "<" + UUID.randomUUID() + "@" + sender.mailbox().domain() + ">";
        String body = message.html()
                .map(html -> alternative(part("text/plain", message.text()), part("text/html", html)))
                .orElseGet(() -> part("text/plain", message.text()));
        String text = "Date: " + DATE.format(date) + "\r\n"
                + "From: " + sender.header() + "\r\n"
                + "To: " + message.recipient().address() + "\r\n"
                + "Subject: " + EncodedText.of(message.subject()) + "\r\n"
                + "Message-ID: " + messageId + "\r\n"
                + "Auto-Submitted: auto-generated\r\n"
                + "MIME-Version: 1.0\r\n"
                + body;
        try {
            return new MimeMessage(session, new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (MessagingException e) {
            throw new IllegalStateException("a mail of our own is not read", e);
        }
    }

    private static String alternative(String plain, String html) {
        // "=_" can not occur in quoted-printable or base64.
        String boundary = "=_" + UUID.randomUUID();
        return "Content-Type: multipart/alternative; boundary=\"" + boundary + "\"\r\n\r\n"
                + "--" + boundary + "\r\n" + plain
                + "--" + boundary + "\r\n" + html
                + "--" + boundary + "--\r\n";
    }

    private static String part(String type, String text) {
        String lines = text.replaceAll("\r\n|\r|\n", "\r\n");
        boolean mostlyAscii = lines.chars().filter(c -> c < 0x80).count() * 3 >= lines.length() * 2L;
        return "Content-Type: " + type + "; charset=UTF-8\r\n"
                + "Content-Transfer-Encoding: " + (mostlyAscii ? "quoted-printable" : "base64") + "\r\n\r\n"
                + (mostlyAscii ? quotedPrintable(lines) : base64(lines)) + "\r\n";
    }

    private static String base64(String lines) {
        return Base64.getMimeEncoder().encodeToString(lines.getBytes(StandardCharsets.UTF_8));
    }

    private static String quotedPrintable(String lines) {
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        try (OutputStream encoder = MimeUtility.encode(encoded, "quoted-printable")) {
            encoder.write(lines.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (MessagingException e) {
            throw new IllegalStateException("Jakarta Mail does not know quoted-printable", e);
        }
        return encoded.toString(StandardCharsets.US_ASCII);
    }
}
