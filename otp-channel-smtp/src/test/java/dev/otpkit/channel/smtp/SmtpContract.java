package dev.otpkit.channel.smtp;

import dev.otpkit.EmailAddress;
import dev.otpkit.Recipient;
import dev.otpkit.channel.smtp.ScriptedSmtpServer.Step;
import dev.otpkit.channel.smtp.SmtpChannel.Tls;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.testkit.DeliveryChannelContract;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;

/** The contract of channels against a mail server on the loopback interface, for any login. */
abstract class SmtpContract extends DeliveryChannelContract {
    private static final Session SESSION = Session.getInstance(new Properties());

    private ScriptedSmtpServer server;

    /** Adds the login to an otherwise complete builder. */
    abstract SmtpChannel.Builder signedIn(SmtpChannel.Builder builder);

    /** Makes the server refuse for this reason; returns false if no reply has that meaning. */
    abstract boolean refuse(ScriptedSmtpServer server, DeliveryFailure.Kind kind, String words) throws Exception;

    @Override
    protected DeliveryChannel createChannel(Duration timeout) throws Exception {
        if (server == null) {
            server = new ScriptedSmtpServer();
        }
        return signedIn(SmtpChannel.builder()
                        .host("127.0.0.1")
                        .port(server.port())
                        .tls(Tls.NONE)
                        .from("Acme <no-reply@acme.example>")
                        .timeout(timeout))
                .build();
    }

    @AfterEach
    void stopServer() throws Exception {
        server.close();
    }

    @Override
    protected Recipient supportedRecipient() {
        return new EmailAddress("reader@recipient.example");
    }

    @Override
    protected List<Arrival> arrivals() throws Exception {
        List<Arrival> arrivals = new ArrayList<>();
        for (ScriptedSmtpServer.Mail mail : server.mails()) {
            byte[] content = mail.content().replaceAll("(?m)^\\.", "").getBytes(StandardCharsets.US_ASCII);
            arrivals.add(new Arrival(
                    mail.recipient(),
                    new MimeMessage(SESSION, new ByteArrayInputStream(content))
                            .getContent()
                            .toString()));
        }
        return arrivals;
    }

    @Override
    protected boolean makeRefusing(DeliveryFailure.Kind kind, String words) throws Exception {
        recover();
        return refuse(server, kind, words);
    }

    @Override
    protected boolean makeUnreachable() throws Exception {
        server.goAway();
        return true;
    }

    @Override
    protected boolean makeSilent() throws Exception {
        recover();
        server.hang(Step.END);
        return true;
    }

    @Override
    protected void recover() throws Exception {
        server.recover();
        server.reply(Step.EHLO, "250-scripted.example", "250-AUTH PLAIN LOGIN XOAUTH2", "250 8BITMIME");
    }
}
