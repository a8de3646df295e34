package dev.otpkit.channel.smtp;

import static dev.otpkit.channel.smtp.TestMessages.to;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeUtility;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;

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

    private static void assertReadAs(String address, String header) throws Exception {
        assertThat(InternetAddress.parse(header, true)).singleElement().satisfies(mailbox -> {
            assertThat(mailbox.getAddress()).isEqualTo(address);
            assertThat(mailbox.getPersonal()).isNull();
        });
        assertThat(MimeUtility.decodeText(header)).isEqualTo(header);
    }

    /** Returns the value of a header on one line. */
    private static String line(String name, OtpMail mail) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        mail.writeTo(bytes);
        String head = bytes.toString(StandardCharsets.US_ASCII).split("\r\n\r\n", 2)[0];
        assertThat(head.split("\r\n")).filteredOn(line -> line.startsWith(" ")).isEmpty();
        return head.lines()
                .filter(line -> line.startsWith(name))
                .findFirst()
                .orElseThrow()
                .substring(name.length());
    }
}
