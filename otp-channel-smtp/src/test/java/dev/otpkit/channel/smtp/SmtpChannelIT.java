package dev.otpkit.channel.smtp;

import static dev.otpkit.channel.smtp.TestMessages.ADDRESS;
import static dev.otpkit.channel.smtp.TestMessages.message;
import static dev.otpkit.channel.smtp.TestMessages.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.otpkit.channel.smtp.SmtpChannel.Tls;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.spi.DeliveryReceipt;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests against GreenMail, which keeps the mails that it receives. */
class SmtpChannelIT {
    private static final String USER = "no-reply@acme.example";
    private static final String PASSWORD = "fake-password";
    private static final Thread.UncaughtExceptionHandler HANDLER_BEFORE = Thread.getDefaultUncaughtExceptionHandler();
    private static GreenMail server;

    private SmtpChannel channel;

    @BeforeAll
    static void startServer() {
        // A client that breaks off the handshake ends GreenMail's thread.
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, thrown) -> assertThat(thread.getName()).startsWith("smtps:"));
        System.setProperty(
                "greenmail.tls.keystore.file",
                TestCertificate.localhost().keyStoreFile().toString());
        System.setProperty("greenmail.tls.keystore.password", TestCertificate.PASSWORD);
        server = new GreenMail(new ServerSetup[] {
            new ServerSetup(0, "localhost", ServerSetup.PROTOCOL_SMTP),
            new ServerSetup(0, "localhost", ServerSetup.PROTOCOL_SMTPS)
        });
        server.start();
    }

    @AfterAll
    static void stopServer() {
        server.stop();
        Thread.setDefaultUncaughtExceptionHandler(HANDLER_BEFORE);
        System.clearProperty("greenmail.tls.keystore.file");
        System.clearProperty("greenmail.tls.keystore.password");
    }

    @BeforeEach
    void emptyMailboxes() throws Exception {
        server.purgeEmailFromAllMailboxes();
        server.setUser(USER, PASSWORD);
        channel = plain().build();
    }

    @AfterEach
    void closeChannel() {
        channel.close();
    }

    @Test
    void deliversAPlainText() throws Exception {
        DeliveryReceipt receipt = channel.deliver(message());

        MimeMessage mail = onlyMail();
        assertThat(receipt.providerMessageId()).contains(mail.getMessageID());
        assertThat(mail.getMessageID()).matches("<[0-9a-f-]{36}@acme\\.example>");
        assertThat(mail.getHeader("From")).containsExactly("\"Acme\" <no-reply@acme.example>");
        assertThat(mail.getHeader("To")).containsExactly(ADDRESS);
        assertThat(mail.getHeader("Subject")).containsExactly("Your code");
        assertThat(mail.getHeader("Auto-Submitted")).containsExactly("auto-generated");
        assertThat(mail.getHeader("MIME-Version")).containsExactly("1.0");
        assertThat(mail.getHeader("Content-Type")).containsExactly("text/plain; charset=UTF-8");
        assertThat(mail.getSentDate().toInstant()).isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
        assertThat(mail.getHeader("Bcc")).isNull();
        assertThat(mail.getHeader("Cc")).isNull();
        assertThat(mail.getContent()).asString().startsWith("Your code is 48151623.");
    }

    @Test
    void deliversTextAndHtmlAsAlternativesTheTextFirst() throws Exception {
        String text = "رمز التحقق: \u206648151623\u2069\n\nआपका कोड \uD83D\uDD10\n.\n-- \n";
        String html =
                "<!DOCTYPE html><p dir=\"rtl\">رمز التحقق: <b>48151623</b></p>\n<p>आपका कोड \uD83D\uDD10 &amp; =3D</p>";

        channel.deliver(message("رمز التحقق \uD83D\uDD10", text).withHtml(html));

        MimeMessage mail = onlyMail();
        assertThat(mail.getSubject()).isEqualTo("رمز التحقق \uD83D\uDD10");
        assertThat(mail.getContentType()).matches("multipart/alternative;\\s+boundary=\"[^\"]+\"");
        MimeMultipart parts = (MimeMultipart) mail.getContent();
        assertThat(parts.getCount()).isEqualTo(2);
        assertThat(parts.getBodyPart(0).getContentType()).isEqualTo("text/plain; charset=UTF-8");
        assertThat(content(parts, 0)).isEqualTo(text);
        assertThat(parts.getBodyPart(1).getContentType()).isEqualTo("text/html; charset=UTF-8");
        assertThat(content(parts, 1)).isEqualTo(html);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "It's \"%s\", 100 % sure: %n ${code} C:\\new <b>&amp;</b> =3D =\n= .",
                "\r\n.\r\nBcc: evil@evil.example\r\n\r\n<b>evil</b>",
                "رمز التحقق الخاص بك هو 123456 ولا تشاركه مع أحد",
                "आपका सत्यापन कोड 123456 है",
                "Grüße \uD83D\uDC69\u200D\uD83D\uDC69\u200D\uD83D\uDC67 \u202e\u2066\u2069 \u2028 \u0085 \0 end",
                "trailing blanks   \nand tabs\t\n\n\nend"
            })
    void deliversEveryTextUnharmed(String text) throws Exception {
        channel.deliver(message("Your code", text));

        MimeMessage mail = onlyMail();
        assertThat(mail.getHeader("Bcc")).isNull();
        assertThat(mail.getContent().toString().replace("\r\n", "\n")).startsWith(text.replace("\r\n", "\n"));
    }

    @Test
    void deliversToEveryMailboxThatCoreAccepts() throws Exception {
        List<String> addresses = List.of(
                "x@recipient.example",
                "x".repeat(64) + "@recipient.example",
                "x@" + "label.".repeat(40) + "example",
                "_+'&~-@recipient.example",
                "first.last+tag@xn--bcher-kva.example");
        for (String address : addresses) {
            channel.deliver(to(address, "Your code", "text"));
        }

        assertThat(server.getReceivedMessages())
                .extracting(mail -> mail.getHeader("To")[0])
                .containsExactlyInAnyOrderElementsOf(addresses);
    }

    @Test
    void worksWithoutAContextClassLoader() throws Exception {
        FutureTask<DeliveryReceipt> delivery =
                new FutureTask<>(() -> channel.deliver(message().withHtml("<p>48151623</p>")));
        Thread thread = new Thread(delivery);
        thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
        thread.start();

        assertThat(delivery.get(10, TimeUnit.SECONDS).providerMessageId()).isPresent();
        assertThat(onlyMail().getContentType()).startsWith("multipart/alternative");
    }

    @Test
    void reportsAWrongPasswordAsAMisconfiguration() throws Exception {
        channel = plain().credentials(USER, "another-fake-password").build();

        DeliveryFailure failure = failure();

        assertThat(failure.kind()).isEqualTo(Kind.MISCONFIGURED);
        assertThat(failure.providerCode()).contains("535");
        assertThat(server.getReceivedMessages()).isEmpty();
    }

    @Test
    void deliversOverTlsToAServerItTrusts() throws Exception {
        channel = tls().build();

        channel.deliver(message());

        assertThat(onlyMail().getSubject()).isEqualTo("Your code");
    }

    @Test
    void sendsNothingToAServerItDoesNotTrust() {
        channel = SmtpChannel.builder()
                .host("localhost")
                .port(server.getSmtps().getPort())
                .tls(Tls.IMPLICIT)
                .credentials(USER, PASSWORD)
                .from("no-reply@acme.example")
                .build();

        DeliveryFailure failure = failure();

        assertThat(failure.kind()).isEqualTo(Kind.MISCONFIGURED);
        assertThat(failure.detail()).contains("TLS: SSLHandshakeException").contains("PKIX path building failed");
        assertThat(server.getReceivedMessages()).isEmpty();
    }

    @Test
    void sendsNothingToAServerOfAnotherName() throws Exception {
        channel = tls().host("127.0.0.1").build();

        DeliveryFailure failure = failure();

        assertThat(failure.kind()).isEqualTo(Kind.MISCONFIGURED);
        assertThat(failure.detail()).contains("TLS: SSLHandshakeException").contains("subject alternative names");
        assertThat(server.getReceivedMessages()).isEmpty();
    }

    @Test
    void sendsABurstThroughOneConnection() throws Exception {
        try (CountingProxy proxy = new CountingProxy(server.getSmtps().getPort())) {
            channel = tls().port(proxy.port()).build();
            for (int i = 0; i < 20; i++) {
                channel.deliver(message("Your code", "Number " + i + "."));
            }
            assertThat(proxy.connections()).isOne();
        }
        assertThat(texts()).hasSize(20).doesNotHaveDuplicates();
    }

    @Test
    void replacesABrokenConnectionWithoutLossOrDuplicate() throws Exception {
        try (CountingProxy proxy = new CountingProxy(server.getSmtps().getPort())) {
            channel = tls().port(proxy.port()).build();
            for (int i = 0; i < 5; i++) {
                channel.deliver(message("Your code", "Number " + i + "."));
                proxy.dropConnections();
            }
            assertThat(proxy.connections()).isEqualTo(5);
        }
        assertThat(texts()).hasSize(5).doesNotHaveDuplicates();
    }

    @Test
    void deliversInParallelEachMessageOnce() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(6);
        try (CountingProxy proxy = new CountingProxy(server.getSmtps().getPort())) {
            channel = tls().port(proxy.port()).build();
            List<Future<DeliveryReceipt>> deliveries = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                String text = "Number " + i + ".";
                deliveries.add(executor.submit(() -> channel.deliver(message("Your code", text))));
            }
            for (Future<DeliveryReceipt> delivery : deliveries) {
                delivery.get(20, TimeUnit.SECONDS);
            }
            assertThat(proxy.connections()).isBetween(1, 6);
        } finally {
            executor.shutdownNow();
        }
        assertThat(texts()).hasSize(60).doesNotHaveDuplicates();
    }

    private DeliveryFailure failure() {
        return catchThrowableOfType(DeliveryException.class, () -> channel.deliver(message()))
                .failure();
    }

    private static SmtpChannel.Builder plain() {
        return SmtpChannel.builder()
                .host("localhost")
                .port(server.getSmtp().getPort())
                .tls(Tls.NONE)
                .credentials(USER, PASSWORD)
                .from("Acme <no-reply@acme.example>");
    }

    private static SmtpChannel.Builder tls() throws Exception {
        return plain().port(server.getSmtps().getPort())
                .tls(Tls.IMPLICIT)
                .sslContext(TestCertificate.localhost().trustingContext());
    }

    private static MimeMessage onlyMail() {
        assertThat(server.getReceivedMessages()).hasSize(1);
        return server.getReceivedMessages()[0];
    }

    private static List<String> texts() {
        return Arrays.stream(server.getReceivedMessages())
                .map(SmtpChannelIT::text)
                .toList();
    }

    private static String text(MimeMessage mail) {
        try {
            return mail.getContent().toString();
        } catch (IOException | MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String content(MimeMultipart parts, int index) throws Exception {
        return parts.getBodyPart(index).getContent().toString().replace("\r\n", "\n");
    }
}
