package dev.otpkit.channel.smtp;

import static dev.otpkit.channel.smtp.TestMessages.ADDRESS;
import static dev.otpkit.channel.smtp.TestMessages.CODE;
import static dev.otpkit.channel.smtp.TestMessages.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.otpkit.channel.smtp.ScriptedSmtpServer.Step;
import dev.otpkit.channel.smtp.SmtpChannel.Tls;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryReceipt;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** No code, address or password in any log at any level, nor in what an exception or a receipt says. */
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

    private final List<String> logged = new CopyOnWriteArrayList<>();
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            logged.add(new SimpleFormatter().format(entry));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    private ScriptedSmtpServer server;
    private SmtpChannel channel;

    @BeforeEach
    void listenToEverything() throws IOException {
        server = new ScriptedSmtpServer();
        channel = builder().build();
        handler.setLevel(Level.ALL);
        Logger.getLogger("").addHandler(handler);
        // As a reader of a configuration would, and as bluntly as anyone may who is no filter's owner.
        for (String name :
                List.of("dev.otpkit.channel.smtp", "dev.otpkit.channel.smtp.protocol", "org.eclipse.angus.mail")) {
            Logger.getLogger(name).setLevel(Level.ALL);
        }
        for (String name : Collections.list(LogManager.getLogManager().getLoggerNames())) {
            Logger.getLogger(name).setLevel(Level.ALL);
        }
        ch.qos.logback.classic.Logger root =
                (ch.qos.logback.classic.Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(ch.qos.logback.classic.Level.TRACE);
        appender.start();
        root.addAppender(appender);
    }

    @AfterEach
    void stopListening() throws IOException {
        channel.close();
        server.close();
        Logger.getLogger("").removeHandler(handler);
        for (String name : Collections.list(LogManager.getLogManager().getLoggerNames())) {
            Logger.getLogger(name).setLevel(name.isEmpty() ? Level.INFO : null);
        }
        ch.qos.logback.classic.Logger root =
                (ch.qos.logback.classic.Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(ch.qos.logback.classic.Level.WARN);
        root.detachAppender(appender);
    }

    @Test
    void hearsWhatIsLoggedAtTheFinestLevel() {
        Logger.getLogger("dev.otpkit.channel.smtp.Other").finest("one");
        LoggerFactory.getLogger("another").trace("two");

        assertThat(logged).singleElement().asString().contains("one");
        assertThat(appender.list).singleElement().hasToString("[TRACE] two");
    }

    @Test
    void logsNothingOfADeliveryThatSucceeds() throws Exception {
        server.answer(Step.EHLO, "250-scripted.example" + ECHO, "250 AUTH LOGIN");
        server.answer(Step.AUTH, "235 welcome" + ECHO);
        server.answer(Step.END, "250 2.0.0 queued as 7" + ECHO);

        DeliveryReceipt receipt = channel.deliver(message());
        channel.deliver(message());

        assertThat(server.contents()).hasSize(2);
        assertSecret(receipt.toString());
    }

    @ParameterizedTest
    @EnumSource(names = {"GREETING", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "END"})
    void saysNothingSecretOfARefusal(Step step) {
        server.answer(step, "550-5.7.1 refused" + ECHO, "550 5.7.1 again" + ECHO);
        assertSecret(wordsOfFailure());

        server.answer(step, "450 4.7.1 not now" + ECHO);
        assertSecret(wordsOfFailure());

        server.answer(step, "what?" + ECHO);
        assertSecret(wordsOfFailure());

        server.answer(step, "299 so what" + ECHO);
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

        server.answer(Step.EHLO, "250-scripted.example" + ECHO, "250 STARTTLS");
        server.answer(Step.STARTTLS, "220 go ahead", "no TLS" + ECHO);
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
            assertThat(logged)
                    .noneMatch(text -> text.toLowerCase(Locale.ROOT).contains(secret.toLowerCase(Locale.ROOT)));
            assertThat(appender.list)
                    .noneMatch(event -> event.getFormattedMessage()
                            .toLowerCase(Locale.ROOT)
                            .contains(secret.toLowerCase(Locale.ROOT)));
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
