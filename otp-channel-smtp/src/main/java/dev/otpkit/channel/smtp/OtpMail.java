package dev.otpkit.channel.smtp;

import dev.otpkit.spi.OtpMessage;
import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.internet.MimePart;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The mail for a message: plain text, or plain text and HTML as alternatives (RFC 2046, 5.1.4). */
final class OtpMail extends MimeMessage {
    private final @Nullable String messageId;

    private OtpMail(Session session, @Nullable FromMailbox from) {
        super(session);
        // Jakarta Mail's own has the names of the machine and of the user.
        this.messageId = from == null
                ? null
                : "<" + UUID.randomUUID() + "@" + from.address().domain() + ">";
    }

    /**
     * Returns the mail for a message.
     *
     * @param from the sender; null to leave it, and the {@code Message-ID} with its domain, to the server
     */
    static OtpMail of(Session session, @Nullable FromMailbox from, OtpMessage message, Instant date) {
        try {
            OtpMail mail = new OtpMail(session, from);
            mail.setSentDate(Date.from(date));
            if (from != null) {
                mail.setHeader("From", from.header());
            }
            mail.setHeader("To", message.recipient().address());
            mail.setHeader("Subject", HeaderText.of(message.subject()));
            mail.setHeader("Auto-Submitted", "auto-generated");
            if (message.html().isPresent()) {
                mail.setContent(new MimeMultipart(
                        "alternative",
                        part("plain", message.text()),
                        part("html", message.html().get())));
            } else {
                fill(mail, "plain", message.text());
            }
            mail.saveChanges();
            return mail;
        } catch (MessagingException e) {
            throw new IllegalStateException("a mail cannot be made of texts", e);
        }
    }

    private static BodyPart part(String subtype, String text) throws MessagingException {
        MimeBodyPart part = new MimeBodyPart();
        fill(part, subtype, text);
        return part;
    }

    private static void fill(MimePart part, String subtype, String text) throws MessagingException {
        part.setText(text, StandardCharsets.UTF_8.name(), subtype);
        boolean mostlyAscii = text.chars().filter(c -> c < 0x80).count() * 3 >= text.length() * 2L;
        part.setHeader("Content-Transfer-Encoding", mostlyAscii ? "quoted-printable" : "base64");
    }

    @Override
    protected void updateMessageID() throws MessagingException {
        if (messageId != null) {
            setHeader("Message-ID", messageId);
        }
    }
}
