package dev.otpkit.channel.smtp;

import dev.otpkit.spi.OtpMessage;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.util.StreamProvider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The mail for a message: plain text, or plain text and HTML as alternatives (RFC 2046, 5.1.4).
 *
 * <p>The body is encoded here, by the encoders of the session's provider: a multipart of Jakarta Mail reads
 * {@code META-INF/services} again for each of its parts and encoders, which costs several times the rest of a delivery.
 */
final class OtpMail extends MimeMessage {
    /** Part of no encoded text, which has an underscore after no equals sign (RFC 2045, 6.7 and 6.8). */
    private static final String BOUNDARY = "=_alternative";

    private static final int USUAL_BYTES = 4096;

    private OtpMail(Session session) {
        super(session);
        // The content is complete, so that it is written as it is.
        modified = false;
        saved = true;
    }

    /**
     * Returns the mail for a message.
     *
     * @param from the sender; null to leave it, and the {@code Message-ID} with its domain, to the server
     */
    static OtpMail of(Session session, @Nullable FromMailbox from, OtpMessage message, Instant date) {
        try {
            OtpMail mail = new OtpMail(session);
            mail.setSentDate(Date.from(date));
            if (from != null) {
                mail.setHeader("From", from.header());
                // Jakarta Mail's own has the names of the machine and of the user.
                mail.setHeader(
                        "Message-ID",
                        "<" + UUID.randomUUID() + "@" + from.address().domain() + ">");
            }
            mail.setHeader("To", message.recipient().address());
            mail.setHeader("Subject", HeaderText.of(message.subject()));
            mail.setHeader("Auto-Submitted", "auto-generated");
            mail.setHeader("MIME-Version", "1.0");
            ByteArrayOutputStream body = new ByteArrayOutputStream(USUAL_BYTES);
            Part plain = new Part("plain", message.text());
            if (message.html().isPresent()) {
                mail.setHeader("Content-Type", "multipart/alternative; boundary=\"" + BOUNDARY + '"');
                plain.writeAlternative(session.getStreamProvider(), body);
                new Part("html", message.html().get()).writeAlternative(session.getStreamProvider(), body);
                write("--" + BOUNDARY + "--\r\n", body);
            } else {
                mail.setHeader("Content-Type", plain.type());
                mail.setHeader("Content-Transfer-Encoding", plain.encoding());
                plain.writeContent(session.getStreamProvider(), body);
            }
            mail.content = body.toByteArray();
            return mail;
        } catch (MessagingException e) {
            throw new IllegalStateException("a mail cannot be made of texts", e);
        } catch (IOException e) {
            throw new UncheckedIOException("a mail cannot be written into memory", e);
        }
    }

    private static void write(String lines, OutputStream out) throws IOException {
        out.write(lines.getBytes(StandardCharsets.US_ASCII));
    }

    /** A text of the mail. */
    private record Part(String subtype, String text) {
        String type() {
            return "text/" + subtype + "; charset=UTF-8";
        }

        String encoding() {
            return isMostlyAscii() ? "quoted-printable" : "base64";
        }

        private boolean isMostlyAscii() {
            return text.chars().filter(c -> c < 0x80).count() * 3 >= text.length() * 2L;
        }

        void writeContent(StreamProvider encoders, OutputStream out) throws IOException {
            OutputStream encoder = isMostlyAscii() ? encoders.outputQP(out) : encoders.outputBase64(out);
            encoder.write(text.getBytes(StandardCharsets.UTF_8));
            encoder.flush();
        }

        void writeAlternative(StreamProvider encoders, OutputStream out) throws IOException {
            write("--" + BOUNDARY + "\r\nContent-Type: " + type() + "\r\n", out);
            write("Content-Transfer-Encoding: " + encoding() + "\r\n\r\n", out);
            writeContent(encoders, out);
            write("\r\n", out);
        }
    }
}
