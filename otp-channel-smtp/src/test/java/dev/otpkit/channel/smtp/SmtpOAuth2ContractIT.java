package dev.otpkit.channel.smtp;

import static dev.otpkit.channel.smtp.ScriptedGoogle.json;

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

class SmtpOAuth2ContractIT extends DeliveryChannelContract {
    private static final String TOKEN = ScriptedGoogle.TOKEN_START + "of-the-contract";

    private ScriptedGoogle google;
    private ScriptedSmtpServer server;
    private EveryLog log;

    @Override
    protected DeliveryChannel createChannel() throws Exception {
        google = new ScriptedGoogle()
                .answerTokens(json(200, "{\"access_token\":\"" + TOKEN + "\",\"expires_in\":3600}"));
        server = new ScriptedSmtpServer();
        server.answer(Step.EHLO, "250-scripted.example", "250 AUTH XOAUTH2");
        log = new EveryLog();
        return SmtpChannel.builder()
                .host("127.0.0.1")
                .port(server.port())
                .tls(Tls.NONE)
                .oauth2("user@acme.example", google.oauth2().build())
                .from("Acme <no-reply@acme.example>")
                .timeout(Duration.ofSeconds(3))
                .build();
    }

    @AfterEach
    void stopServers() throws Exception {
        log.close();
        server.close();
        google.close();
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
            texts.add(new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(mail))
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
        return List.of(ScriptedGoogle.TOKEN_START, ScriptedGoogle.REFRESH_TOKEN, ScriptedGoogle.CLIENT_SECRET);
    }

    @Override
    protected List<String> credentialsSent() {
        return List.of(TOKEN);
    }

    @Override
    protected List<String> loggedTexts() {
        return log.texts();
    }
}
