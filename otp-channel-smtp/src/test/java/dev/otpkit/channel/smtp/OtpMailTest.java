package dev.otpkit.channel.smtp;

import static dev.otpkit.channel.smtp.TestMessages.message;
import static dev.otpkit.channel.smtp.TestMessages.to;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.otpkit.spi.OtpMessage;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.internet.MimeUtility;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OtpMailTest {
    private static final Session SESSION = Session.getInstance(new Properties());
    private static final Set<String> MAILBOXES =
            MailboxTexts.at("recipient.example").accepted();

    @Test
    void namesTheRecipientInOneWayOnly() throws Exception {
        FromMailbox from = FromMailbox.parse("no-reply@acme.example");
        for (String address : MAILBOXES) {
            OtpMail mail = OtpMail.of(SESSION, from, to(address, "Your code", "text"), Instant.EPOCH);

            String line = line("To: ", mail);
            assertThat(line).isEqualTo(address);
            assertReadAs(address, line);
        }
    }

    @Test
    void namesTheSenderInOneWayOnly() throws Exception {
        for (String address : MAILBOXES) {
            OtpMail mail = OtpMail.of(
                    SESSION,
                    FromMailbox.parse(address),
                    to("reader@recipient.example", "Your code", "text"),
                    Instant.EPOCH);

            assertReadAs(address, line("From: ", mail));
        }
    }

    @Test
    void writesTextAndHtmlAsAlternatives() throws Exception {
        OtpMail mail =
                OtpMail.of(SESSION, null, message("Your code", "1 = 1\n").withHtml("<b>رمز التحقق</b>"), Instant.EPOCH);

        assertThat(bytes(mail).toString(StandardCharsets.US_ASCII)).isEqualTo("""
                Date: Thu, 1 Jan 1970 00:00:00 +0000 (UTC)
                To: reader@recipient.example
                Subject: Your code
                MIME-Version: 1.0
                Content-Type: multipart/alternative; boundary="=_alternative"
                Auto-Submitted: auto-generated

                --=_alternative
                Content-Type: text/plain; charset=UTF-8
                Content-Transfer-Encoding: quoted-printable

                1 =3D 1

                --=_alternative
                Content-Type: text/html; charset=UTF-8
                Content-Transfer-Encoding: base64

                PGI+2LHZhdiyINin2YTYqtit2YLZgjwvYj4=
                --=_alternative--
                """.replace("\n", "\r\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "رمز التحقق"})
    void endsAPartAtABoundaryOfItsOwnOnly(String beginning) throws Exception {
        String text = beginning + "\r\n--=_alternative\r\n\r\nx\r\n--=_alternative--\r\n.\r\n=_alternative";

        MimeMessage read = new MimeMessage(
                SESSION,
                new ByteArrayInputStream(bytes(OtpMail.of(
                                SESSION, null, message("Your code", text).withHtml("<p>" + text), Instant.EPOCH))
                        .toByteArray()));

        MimeMultipart parts = (MimeMultipart) read.getContent();
        assertThat(parts.isComplete()).isTrue();
        assertThat(parts.getCount()).isEqualTo(2);
        assertThat(parts.getBodyPart(0).getContent()).isEqualTo(text);
        assertThat(parts.getBodyPart(1).getContent()).isEqualTo("<p>" + text);
    }

    /** Measured: 19 KB. */
    @Test
    void takesAFewKilobytes() throws Exception {
        OtpMessage message = message("Your code", "word ".repeat(60)).withHtml("<p>".repeat(500));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = 0;
        for (int i = 0; i < 40; i++) {
            before = i == 20 ? threads.getCurrentThreadAllocatedBytes() : before;
            OtpMail.of(SESSION, null, message, Instant.EPOCH).writeTo(OutputStream.nullOutputStream());
        }
        assertThat((threads.getCurrentThreadAllocatedBytes() - before) / 20).isLessThan(28_000);
    }

    private static void assertReadAs(String address, String header) throws Exception {
        assertThat(InternetAddress.parse(header, true)).singleElement().satisfies(mailbox -> {
            assertThat(mailbox.getAddress()).isEqualTo(address);
            assertThat(mailbox.getPersonal()).isNull();
        });
        assertThat(MimeUtility.decodeText(header)).isEqualTo(header);
    }

    private static ByteArrayOutputStream bytes(OtpMail mail) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        mail.writeTo(bytes);
        return bytes;
    }

    /** Returns the value of a header on one line. */
    private static String line(String name, OtpMail mail) throws Exception {
        String head = bytes(mail).toString(StandardCharsets.US_ASCII).split("\r\n\r\n", 2)[0];
        assertThat(head.split("\r\n")).filteredOn(line -> line.startsWith(" ")).isEmpty();
        return head.lines()
                .filter(line -> line.startsWith(name))
                .findFirst()
                .orElseThrow()
                .substring(name.length());
    }
}
