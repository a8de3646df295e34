package dev.otpkit.channel.smtp;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static dev.otpkit.channel.smtp.ScriptedGmailServer.json;
import static dev.otpkit.channel.smtp.TestMessages.ADDRESS;
import static dev.otpkit.channel.smtp.TestMessages.CODE;
import static dev.otpkit.channel.smtp.TestMessages.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import dev.otpkit.channel.smtp.ScriptedSmtpServer.Step;
import dev.otpkit.channel.smtp.SmtpChannel.Tls;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.testkit.LogRecorder;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No code, address, token, refresh token or client's secret in a log of any level or in the text of an exception. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OAuth2SecrecyIT {
    private static final String TOKEN = "ya29.fake-access-token";
    private static final String NEW_REFRESH_TOKEN = "1..fake-second-token";
    private static final List<String> SECRETS = secrets();
    /** The secrets of the requests to the mail server and the Gmail API. */
    private static final String ECHO = " for " + ADDRESS + " (READER@RECIPIENT.EXAMPLE) code " + CODE + " by " + TOKEN
            + " " + base64(TOKEN) + " " + base64(xoauth2());

    /** The secrets of the requests to the token endpoint. */
    private static final String TOKEN_ECHO = String.join(
            " ",
            " for",
            ScriptedGmailServer.CLIENT_SECRET,
            NEW_REFRESH_TOKEN,
            base64(ScriptedGmailServer.CLIENT_SECRET),
            base64(NEW_REFRESH_TOKEN),
            "{{request.body}}");

    private static final String GOOD_TOKEN = "{\"access_token\":\"" + TOKEN + "\",\"refresh_token\":\""
            + NEW_REFRESH_TOKEN + "\",\"expires_in\":3600,\"token_type\":\"Bearer\"}";

    private ScriptedGmailServer google;
    private ScriptedSmtpServer server;
    private OAuth2 tokens;
    private SmtpChannel smtp;
    private GmailApiChannel gmail;
    private LogRecorder log;

    @BeforeEach
    void listenToEverything() throws Exception {
        google = new ScriptedGmailServer().tokenResponse(json(200, GOOD_TOKEN));
        server = new ScriptedSmtpServer();
        server.reply(Step.EHLO, "250-scripted.example", "250 AUTH XOAUTH2");
        log = LogRecorder.start();
        tokens = google.oauth2()
                .onNewRefreshToken(token -> {
                    throw new IllegalStateException(token);
                })
                .build();
        smtp = smtp(Duration.ofSeconds(10));
        gmail = gmail(Duration.ofSeconds(10));
    }

    @AfterEach
    void stopListening() throws Exception {
        log.close();
        smtp.close();
        server.close();
        google.close();
    }

    @Test
    void logsNothingOfADeliveryThatSucceeds() throws Exception {
        server.reply(Step.AUTH, "235 welcome" + ECHO).reply(Step.END, "250 2.0.0 queued as 7" + ECHO);
        google.sendResponse(json(200, "{\"id\":\"18c5" + ECHO + "\"}"));

        assertSecret(smtp.deliver(message()).toString());
        assertSecret(gmail.deliver(message()).toString());

        assertThat(server.contents()).hasSize(1);
        assertThat(google.sends(1)).hasSize(1);
        assertThat(log.texts()).anyMatch(text -> text.contains("could not be kept"));
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTH", "EMPTY_LINE", "MAIL", "END"})
    void saysNothingSecretOfWhatAMailServerRefuses(Step step) {
        if (step == Step.EMPTY_LINE) {
            server.reply(Step.AUTH, challenge());
        }
        server.reply(step, "550-5.7.1 refused" + ECHO, "550 5.7.1 again" + ECHO);
        assertSecret(wordsOfFailure(smtp));
        server.reply(step, "what?" + ECHO);
        assertSecret(wordsOfFailure(smtp));
        server.disconnect(step);
        assertSecret(wordsOfFailure(smtp));
        smtp = smtp(Duration.ofMillis(500));
        server.hang(step);
        assertSecret(wordsOfFailure(smtp));
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 301, 400, 401, 403, 404, 418, 429, 500, 503})
    void saysNothingSecretOfWhatServersAnswer(int status) {
        String error = "{\"error\":{\"message\":\"" + ECHO + "\",\"errors\":[{\"reason\":\"" + CODE
                + "\"}],\"status\":\"" + TOKEN + "\"}}";
        google.sendResponse(json(status, error));
        assertSecret(wordsOfFailure(gmail));
        google.sendResponse(json(status, "<html>" + ECHO));
        assertSecret(wordsOfFailure(gmail));

        google.clock().advance(Duration.ofHours(2));
        for (String body : List.of(
                "{\"error\":\"invalid_grant\",\"error_description\":\"" + TOKEN_ECHO + "\"}",
                "{\"error\":\"" + NEW_REFRESH_TOKEN + "\",\"error_description\":\"" + TOKEN_ECHO + "\"}",
                "{\"error\":\"" + CODE + "\"}",
                "{\"access_token\":\"" + TOKEN + TOKEN_ECHO + "\"}",
                "{\"access_token\":\"" + TOKEN + "\",\"token_type\":\"x" + TOKEN + TOKEN_ECHO + "\"}",
                "<html>" + TOKEN_ECHO)) {
            google.tokenResponse(json(status, body).withTransformers("response-template"));
            google.clock().advance(Duration.ofMinutes(1));
            assertSecret(wordsOfFailure(gmail));
            assertSecret(wordsOfFailure(smtp));
        }
    }

    @ParameterizedTest
    @EnumSource
    void saysNothingSecretOfABrokenConnection(Fault fault) {
        saysNothingSecretOf(aResponse().withFault(fault));
    }

    @Test
    void saysNothingSecretOfSilence() {
        smtp = smtp(Duration.ofMillis(500));
        gmail = gmail(Duration.ofMillis(500));
        saysNothingSecretOf(json(200, GOOD_TOKEN).withFixedDelay(1_500));
    }

    @Test
    void saysNothingSecretOfNoConnection() throws Exception {
        google.close();
        server.close();
        assertSecret(wordsOfFailure(gmail));
        assertSecret(wordsOfFailure(smtp));
    }

    private void saysNothingSecretOf(ResponseDefinitionBuilder response) {
        google.sendResponse(response);
        assertSecret(wordsOfFailure(gmail));
        google.clock().advance(Duration.ofHours(2));
        google.tokenResponse(response);
        assertSecret(wordsOfFailure(gmail));
        assertSecret(wordsOfFailure(smtp));
    }

    private String wordsOfFailure(DeliveryChannel channel) {
        DeliveryException thrown = catchThrowableOfType(DeliveryException.class, () -> channel.deliver(message()));
        assertThat(thrown).isNotNull();
        assertThat(thrown).hasNoCause();
        assertThat(thrown.getSuppressed()).isEmpty();
        StringWriter words = new StringWriter();
        thrown.printStackTrace(new PrintWriter(words, true));
        return words + "\n" + thrown.failure() + "\n" + channel + "\n" + tokens;
    }

    private void assertSecret(String words) {
        for (String secret : SECRETS) {
            assertThat(words).doesNotContainIgnoringCase(secret);
            assertThat(log.texts())
                    .noneMatch(text -> text.toLowerCase(Locale.ROOT).contains(secret.toLowerCase(Locale.ROOT)));
        }
    }

    private SmtpChannel smtp(Duration timeout) {
        return SmtpChannel.builder()
                .host("127.0.0.1")
                .port(server.port())
                .tls(Tls.NONE)
                .oauth2("user@acme.example", tokens)
                .from("Acme <no-reply@acme.example>")
                .timeout(timeout)
                .build();
    }

    private GmailApiChannel gmail(Duration timeout) {
        return GmailApiChannel.builder()
                .oauth2(tokens)
                .baseUrl(google.url())
                .from("Acme <no-reply@acme.example>")
                .timeout(timeout)
                .build();
    }

    private static String challenge() {
        return "334 "
                + base64("{\"status\":\"400 " + TOKEN + "\",\"schemes\":\"" + ADDRESS + " " + CODE
                        + "\",\"scope\":\"Bearer " + TOKEN + "\"}");
    }

    private static List<String> secrets() {
        List<String> secrets = new ArrayList<>(List.of(CODE, ADDRESS));
        for (String secret : List.of(
                TOKEN, ScriptedGmailServer.REFRESH_TOKEN, ScriptedGmailServer.CLIENT_SECRET, NEW_REFRESH_TOKEN)) {
            secrets.add(secret);
            secrets.add(base64(secret));
        }
        secrets.add(base64(xoauth2()));
        return secrets;
    }

    private static String xoauth2() {
        return "user=user@acme.example\1auth=Bearer " + TOKEN + "\1\1";
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
