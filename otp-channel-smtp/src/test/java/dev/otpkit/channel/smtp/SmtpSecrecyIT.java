package dev.otpkit.channel.smtp;

import static dev.otpkit.channel.smtp.TestMessages.ADDRESS;
import static dev.otpkit.channel.smtp.TestMessages.CODE;
import static dev.otpkit.channel.smtp.TestMessages.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.otpkit.channel.smtp.ScriptedSmtpServer.Step;
import dev.otpkit.channel.smtp.SmtpChannel.Tls;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.testkit.LogRecorder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** No code, address or password in a log of any level, or in the text of an exception or a receipt. */
class SmtpSecrecyIT {
    private static final String PASSWORD = "fake-password";
    private static final List<String> SECRETS = List.of(
            CODE,
            ADDRESS,
            PASSWORD,
            "ZmFrZS1wYXNzd29yZA==",
            "AHVzZXIAZmFrZS1wYXNzd29yZA==",
            "dXNlcgB1c2VyAGZha2UtcGFzc3dvcmQ=");
    private static final String ECHO = " for " + ADDRESS + " (READER@RECIPIENT.EXAMPLE) code " + CODE + " by "
            + PASSWORD + " ZmFrZS1wYXNzd29yZA== AHVzZXIAZmFrZS1wYXNzd29yZA== dXNlcgB1c2VyAGZha2UtcGFzc3dvcmQ=";

    private ScriptedSmtpServer server;
    private SmtpChannel channel;
    private LogRecorder log;

    @BeforeEach
    void listenToEverything() throws IOException {
        server = new ScriptedSmtpServer();
        channel = builder().build();
        log = LogRecorder.start();
    }

    @AfterEach
    void stopListening() throws IOException {
        channel.close();
        server.close();
        log.close();
    }

    @Test
    void hearsWhatIsLoggedAtTheFinestLevel() {
        Logger.getLogger("dev.otpkit.channel.smtp.Other").finest("one");
        LoggerFactory.getLogger("another").trace("two");

        assertThat(log.texts()).hasSize(2);
        assertThat(log.texts().get(0)).contains("one");
        assertThat(log.texts().get(1)).isEqualTo("TRACE another two");
    }

    @Test
    void logsNothingOfADeliveryThatSucceeds() throws Exception {
        server.reply(Step.EHLO, "250-scripted.example" + ECHO, "250 AUTH LOGIN");
        server.reply(Step.AUTH, "235 welcome" + ECHO);
        server.reply(Step.END, "250 2.0.0 queued as 7" + ECHO);

        DeliveryReceipt receipt = channel.deliver(message());
        channel.deliver(message());

        assertThat(server.contents()).hasSize(2);
        assertSecret(receipt.toString());
    }

    @ParameterizedTest
    @EnumSource(names = {"GREETING", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "END"})
    void saysNothingSecretOfARefusal(Step step) {
        server.reply(step, "550-5.7.1 refused" + ECHO, "550 5.7.1 again" + ECHO);
        assertSecret(wordsOfFailure());

        server.reply(step, "450 4.7.1 not now" + ECHO);
        assertSecret(wordsOfFailure());

        server.reply(step, "what?" + ECHO);
        assertSecret(wordsOfFailure());

        server.reply(step, "299 so what" + ECHO);
        if (step != Step.END) {
            assertSecret(step == Step.RCPT ? "" : wordsOfFailure());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"GREETING", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "END"})
    void saysNothingSecretOfABrokenConnection(Step step) {
        server.disconnect(step);
        assertSecret(wordsOfFailure());

        channel = builder().timeout(Duration.ofMillis(100)).build();
        server.hang(step);
        assertSecret(wordsOfFailure());
    }

    @Test
    void saysNothingSecretOfTls() {
        channel = builder().tls(Tls.STARTTLS).build();
        assertSecret(wordsOfFailure());

        server.reply(Step.EHLO, "250-scripted.example" + ECHO, "250 STARTTLS");
        server.reply(Step.STARTTLS, "220 go ahead", "no TLS" + ECHO);
        assertSecret(wordsOfFailure());

        channel = builder().tls(Tls.IMPLICIT).build();
        assertSecret(wordsOfFailure());
    }

    private String wordsOfFailure() {
        DeliveryException thrown = catchThrowableOfType(DeliveryException.class, () -> channel.deliver(message()));
        assertThat(thrown).isNotNull();
        assertThat(thrown).hasNoCause();
        assertThat(thrown.getSuppressed()).isEmpty();
        StringWriter words = new StringWriter();
        thrown.printStackTrace(new PrintWriter(words, true));
        return words + "\n" + thrown.failure() + "\n" + channel;
    }

    private void assertSecret(String words) {
        for (String secret : SECRETS) {
            assertThat(words).doesNotContainIgnoringCase(secret);
            assertThat(log.texts())
                    .noneMatch(text -> text.toLowerCase(Locale.ROOT).contains(secret.toLowerCase(Locale.ROOT)));
        }
    }

    private SmtpChannel.Builder builder() {
        return SmtpChannel.builder()
                .host("127.0.0.1")
                .port(server.port())
                .tls(Tls.NONE)
                .credentials("user", PASSWORD)
                .from("Acme <no-reply@acme.example>");
    }
}
