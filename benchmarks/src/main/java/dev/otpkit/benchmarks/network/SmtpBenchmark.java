package dev.otpkit.benchmarks.network;

import dev.otpkit.EmailAddress;
import dev.otpkit.benchmarks.Baseline;
import dev.otpkit.benchmarks.Figure;
import dev.otpkit.benchmarks.Quick;
import dev.otpkit.channel.smtp.SmtpChannel;
import dev.otpkit.message.MessageCatalog;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.MessageContext;
import dev.otpkit.spi.OtpMessage;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Date;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Mails with text and HTML, built and sent over loopback without encryption or login: the smallest cost that a new
 * connection can have. The peers use Jakarta Mail as its documentation shows: {@code Transport.send}, which connects
 * for each mail, and a {@code Transport} that each thread keeps and never gives up. Neither has a time-out, and neither
 * notices a connection that ended while it was idle.
 */
@Figure(value = "Mails over SMTP", bytes = false)
@Baseline("connectionPerMail")
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@State(Scope.Benchmark)
public class SmtpBenchmark {
    private static final String FROM = "no-reply@acme.example";
    private static final String NAME = "Acme";
    private static final OtpMessage MESSAGE = MessageCatalog.create()
            .render(new MessageContext(
                    NAME,
                    new EmailAddress("user@recipient.example"),
                    "email",
                    "123456",
                    "default",
                    Locale.ENGLISH,
                    Duration.ofMinutes(5)));

    /** The number of calling threads. */
    @Param({"1", "32"})
    @Quick("32")
    public int threads;

    /** The time that the server takes for each reply, in milliseconds. */
    @Param({"0", "5"})
    @Quick("5")
    public int replyMillis;

    private @Nullable MailServer server;
    private @Nullable SmtpChannel channel;
    private @Nullable Session session;

    /** Starts the server. */
    @Setup
    public void start() {
        MailServer started = new MailServer(replyMillis);
        server = started;
        channel = SmtpChannel.builder()
                .host(started.host())
                .port(started.port())
                .tls(SmtpChannel.Tls.NONE)
                .from(NAME + " <" + FROM + ">")
                .build();
        Properties properties = new Properties();
        properties.put("mail.smtp.host", started.host());
        properties.put("mail.smtp.port", String.valueOf(started.port()));
        properties.put("mail.smtp.from", FROM);
        // Otherwise each mail, or each connection, looks up the name of this machine.
        properties.put("mail.from", FROM);
        properties.put("mail.smtp.localhost", "localhost");
        session = Session.getInstance(properties);
    }

    /** Stops the server. */
    @TearDown
    public void stop() {
        if (channel != null && server != null) {
            channel.close();
            server.close();
        }
    }

    /**
     * Sends a mail by {@code Transport.send}.
     *
     * @throws MessagingException if the mail was not sent
     */
    @Benchmark
    public void connectionPerMail() throws MessagingException {
        Transport.send(mail());
    }

    /**
     * Sends a mail over the connection of the thread.
     *
     * @param connection the connection
     * @throws MessagingException if the mail was not sent
     */
    @Benchmark
    public void transportPerThread(ThreadTransport connection) throws MessagingException {
        MimeMessage mail = mail();
        mail.saveChanges();
        connection.of(this).sendMessage(mail, mail.getAllRecipients());
    }

    /**
     * Delivers the message over a channel for all threads.
     *
     * @return the receipt
     * @throws DeliveryException if the mail was not sent
     */
    @Benchmark
    public DeliveryReceipt otpKit() throws DeliveryException {
        return Objects.requireNonNull(channel).deliver(MESSAGE);
    }

    private MimeMessage mail() throws MessagingException {
        MimeMessage mail = new MimeMessage(session);
        try {
            mail.setFrom(new InternetAddress(FROM, NAME, StandardCharsets.UTF_8.name()));
        } catch (UnsupportedEncodingException e) {
            throw new IllegalStateException(e);
        }
        mail.setRecipient(
                Message.RecipientType.TO,
                new InternetAddress(MESSAGE.recipient().address()));
        mail.setSubject(MESSAGE.subject(), StandardCharsets.UTF_8.name());
        mail.setSentDate(new Date());
        MimeBodyPart text = new MimeBodyPart();
        text.setText(MESSAGE.text(), StandardCharsets.UTF_8.name());
        MimeBodyPart html = new MimeBodyPart();
        html.setText(MESSAGE.html().orElseThrow(), StandardCharsets.UTF_8.name(), "html");
        mail.setContent(new MimeMultipart("alternative", text, html));
        return mail;
    }

    /** The connection that a thread keeps. */
    @State(Scope.Thread)
    public static class ThreadTransport {
        private @Nullable Transport transport;

        Transport of(SmtpBenchmark benchmark) throws MessagingException {
            if (transport == null) {
                transport = Objects.requireNonNull(benchmark.session).getTransport("smtp");
                transport.connect();
            }
            return transport;
        }

        /**
         * Closes the connection.
         *
         * @throws MessagingException if the connection could not be closed
         */
        @TearDown(Level.Trial)
        public void close() throws MessagingException {
            if (transport != null) {
                transport.close();
            }
        }
    }
}
