package dev.otpkit.channel.smtp;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.otpkit.EmailAddress;
import dev.otpkit.Recipient;
import dev.otpkit.channel.smtp.ScriptedSmtpServer.Step;
import dev.otpkit.channel.smtp.SmtpChannel.Tls;
import dev.otpkit.spi.DeliveryChannel;
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
import org.slf4j.LoggerFactory;

class SmtpChannelContractIT extends DeliveryChannelContract {
    private static final String PASSWORD = "fake-password";
    private static final Session SESSION = Session.getInstance(new Properties());

    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Level levelBefore = root.getLevel();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private ScriptedSmtpServer server;

    @Override
    protected DeliveryChannel createChannel() throws Exception {
        log.start();
        root.addAppender(log);
        root.setLevel(Level.TRACE);
        server = new ScriptedSmtpServer();
        return SmtpChannel.builder()
                .host("127.0.0.1")
                .port(server.port())
                .tls(Tls.NONE)
                .credentials("user", PASSWORD)
                .from("Acme <no-reply@acme.example>")
                .timeout(Duration.ofSeconds(1))
                .build();
    }

    @AfterEach
    void stopServer() throws Exception {
        server.close();
        root.detachAppender(log);
        root.setLevel(levelBefore);
    }

    @Override
    protected Recipient supportedRecipient() {
        return new EmailAddress("reader@recipient.example");
    }

    @Override
    protected List<String> deliveredTexts() throws Exception {
        List<String> texts = new ArrayList<>();
        for (String content : server.contents()) {
            byte[] mail = content.replaceAll("(?m)^\\.", "").getBytes(StandardCharsets.US_ASCII);
            texts.add(new MimeMessage(SESSION, new ByteArrayInputStream(mail))
                    .getContent()
                    .toString());
        }
        return texts;
    }

    @Override
    protected void makeRefusing() {
        server.refuseRepeatingTheContent();
    }

    @Override
    protected boolean makeRefusingWith(String words) {
        server.answer(Step.RCPT, "550 5.1.1 " + words);
        return true;
    }

    @Override
    protected boolean makeUnreachable() throws Exception {
        server.close();
        return true;
    }

    @Override
    protected boolean makeSilent() {
        server.hang(Step.END);
        return true;
    }

    @Override
    protected List<String> credentials() {
        return List.of(PASSWORD);
    }

    @Override
    protected List<String> loggedTexts() {
        return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
}
