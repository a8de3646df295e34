package dev.otpkit.channel.smtp;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static dev.otpkit.channel.smtp.ScriptedGmailServer.ACCEPTED;
import static dev.otpkit.channel.smtp.ScriptedGmailServer.TOKEN_START;
import static dev.otpkit.channel.smtp.ScriptedGmailServer.json;
import static dev.otpkit.channel.smtp.ScriptedGmailServer.token;
import static dev.otpkit.channel.smtp.TestMessages.ADDRESS;
import static dev.otpkit.channel.smtp.TestMessages.message;
import static dev.otpkit.channel.smtp.TestMessages.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;
import jakarta.mail.Message;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.internet.MimeUtility;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GmailApiChannelIT {
    private ScriptedGmailServer google;
    private OAuth2 tokens;
    private GmailApiChannel channel;

    @BeforeEach
    void startServer() {
        google = new ScriptedGmailServer();
        tokens = google.oauth2().build();
        channel = builder().build();
    }

    @AfterEach
    void stopServer() {
        google.close();
    }

    @Test
    void sendsTheMailThatSmtpWouldSend() throws Exception {
        assertThat(channel.deliver(message("Your code", "line one\r\n.\r\nline two")
                                .withHtml("<p dir=\"auto\">رمز</p>"))
                        .providerMessageId())
                .contains("18c5f2a3b4d5e6f7");

        LoggedRequest send = google.sends(1).get(0);
        assertThat(send.getUrl()).isEqualTo("/gmail/v1/users/me/messages/send");
        assertThat(send.getHeader("Authorization")).isEqualTo("Bearer " + tokens.cached());
        assertThat(send.getHeader("Content-Type")).isEqualTo("application/json; charset=UTF-8");
        assertThat(send.getBodyAsString()).matches("\\{\"raw\":\"[A-Za-z0-9_-]+=*\"}");
        MimeMessage mail = google.mails(1).get(0);
        assertThat(mail.getHeader("From", null)).isEqualTo("\"Acme\" <no-reply@acme.example>");
        assertThat(mail.getHeader("To", null)).isEqualTo(ADDRESS);
        assertThat(mail.getHeader("Auto-Submitted", null)).isEqualTo("auto-generated");
        assertThat(mail.getMessageID()).endsWith("@acme.example>");
        assertThat(mail.getSentDate()).isNotNull();
        MimeMultipart parts = (MimeMultipart) mail.getContent();
        assertThat(parts.getContentType()).startsWith("multipart/alternative");
        assertThat(parts.getBodyPart(0).getContent().toString()).isEqualTo("line one\r\n.\r\nline two");
        assertThat(parts.getBodyPart(1).getContent().toString()).isEqualTo("<p dir=\"auto\">رمز</p>");
    }

    /** The scope gmail.send gives no access to the account's address; Gmail adds it to a mail without a sender. */
    @Test
    void leavesTheSenderToGmailWhereNoneIsSet() throws Exception {
        Map<String, String> environment = Map.of(
                "EMAIL_CLIENT_ID", "fake-id",
                "EMAIL_CLIENT_SECRET", "fake-secret",
                "EMAIL_REFRESH_TOKEN", "fake-refresh-token");
        try (GmailApiChannel withoutSender = GmailApiChannel.fromEnvironment(environment)
                .oauth2(tokens)
                .baseUrl(google.url())
                .build()) {
            assertThat(withoutSender.deliver(message()).providerMessageId()).contains("18c5f2a3b4d5e6f7");
        }

        MimeMessage mail = google.mails(1).get(0);
        assertThat(Collections.list(mail.getAllHeaders()))
                .extracting("name")
                .contains("To", "Subject", "Date", "Auto-Submitted")
                .doesNotContain("From", "Sender", "Message-ID");
        assertThat(mail.getHeader("To", null)).isEqualTo(ADDRESS);
        assertThat(mail.getContent()).asString().contains("48151623");
    }

    @Test
    void asksForATokenOnceForManyMails() throws Exception {
        channel.deliver(message());
        channel.deliver(message());
        google.clock().advance(Duration.ofHours(1));
        channel.deliver(message());

        assertThat(google.tokenRequests(2)).hasSize(2);
        assertThat(google.sends(3)).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "It's \"quoted\" \\ 100 % %s %n ${x} {code}",
                "\u2026 \uD83D\uDD10 \uD83D\uDC69\u200D\uD83D\uDC69",
                "\u0631\u0645\u0632 \u0627\u0644\u062a\u062d\u0642\u0642 \u2066x\u2069",
                "=?UTF-8?Q?evil?= <b>&amp;</b>"
            })
    void deliversSubjectTextAndSenderUnharmed(String text) throws Exception {
        String name = text.replaceAll("[<>\"\u2066\u2069\\\\]", "");
        channel = builder().from("\"" + name + "\" <no-reply@acme.example>").build();

        channel.deliver(message(text, "one " + text + "\ntwo"));

        MimeMessage mail = google.mails(1).get(0);
        assertThat(mail.getSubject()).isEqualTo(text);
        assertThat(((InternetAddress) mail.getFrom()[0]).getPersonal()).isEqualTo(name);
        assertThat(mail.getContent().toString().replace("\r\n", "\n")).isEqualTo("one " + text + "\ntwo");
        assertThat(mail.getAllRecipients()).extracting(Object::toString).containsExactly(ADDRESS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\r\nBcc: evil@evil.example\r\n\r\nb",
                "a\nBcc: evil@evil.example",
                "a\rBcc: evil@evil.example",
                "a\u2028Bcc: evil@evil.example\u2029b\u0085c"
            })
    void letsNoTextBecomeAHeader(String text) throws Exception {
        channel.deliver(message("Your code", text));

        MimeMessage mail = google.mails(1).get(0);
        assertThat(mail.getHeader("Bcc")).isNull();
        assertThat(mail.getRecipients(Message.RecipientType.TO))
                .extracting(Object::toString)
                .containsExactly(ADDRESS);
        assertThat(Collections.list(mail.getAllHeaders())).extracting("name").doesNotContain("Bcc");
        assertThat(mail.getContent().toString().replace("\r\n", "\n").replace('\r', '\n'))
                .isEqualTo(text.replace("\r\n", "\n").replace('\r', '\n'));
    }

    @Test
    void writesEveryMailboxSoThatItIsReadAsItself() throws Exception {
        Set<String> accepted = MailboxTexts.at("recipient.example").accepted();
        for (String address : accepted) {
            channel.deliver(to(address, "Your code", "text"));
        }

        assertThat(google.mails(accepted.size()))
                .extracting(mail -> mail.getHeader("To", null))
                .containsExactlyInAnyOrderElementsOf(accepted)
                .allSatisfy(to -> assertThat(MimeUtility.decodeText(to)).isEqualTo(to));
    }

    @ParameterizedTest
    @CsvSource({"200", "201", "202"})
    void takesAnIdForAYes(int status) throws Exception {
        google.sendResponse(json(status, ACCEPTED));

        assertThat(channel.deliver(message()).providerMessageId()).contains("18c5f2a3b4d5e6f7");
        assertThat(google.sends(1)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
        200 | {}                                         | UNCERTAIN   | 200
        200 | {"id":""}                                  | UNCERTAIN   | 200
        200 | {"id":" "}                                 | UNCERTAIN   | 200
        200 | {"id":null}                                | UNCERTAIN   | 200
        200 | {"id":7}                                   | UNCERTAIN   | 200
        200 | {"id":{}}                                  | UNCERTAIN   | 200
        200 | [{"id":"x"}]                               | UNCERTAIN   | 200
        200 | {id: x}                                    | UNCERTAIN   | 200
        200 | {"id":"x"} and more                        | UNCERTAIN   | 200
        200 | {"id":"x"                                  | UNCERTAIN   | 200
        200 | <html>Sign in</html>                       | UNCERTAIN   | 200
        200 | ''                                         | UNCERTAIN   | 200
        201 | {}                                         | UNCERTAIN   | 201
        204 | ''                                         | UNCERTAIN   | 204
        301 | {"id":"x"}                                 | UNCERTAIN   | 301
        302 | <html>Sign in</html>                       | UNCERTAIN   | 302
        307 | ''                                         | UNCERTAIN   | 307
        500 | {"error":{"code":500,"status":"INTERNAL"}} | UNCERTAIN   | INTERNAL
        500 | {"id":"x"}                                 | UNCERTAIN   | 500
        501 | ''                                         | UNCERTAIN   | 501
        502 | <html>Bad Gateway</html>                   | UNCERTAIN   | 502
        503 | {"error":{"errors":[{"reason":"backendError"}]}} | UNCERTAIN | backendError
        504 | ''                                         | UNCERTAIN   | 504
        402 | ''                                         | UNAVAILABLE | 402
        408 | ''                                         | UNAVAILABLE | 408
        409 | ''                                         | UNAVAILABLE | 409
        413 | ''                                         | UNAVAILABLE | 413
        404 | <html>Not Found</html>                     | MISCONFIGURED | 404
        400 | <html>Bad Request</html>                   | MISCONFIGURED | 400
        401 | ''                                         | MISCONFIGURED | 401
        403 | ''                                         | MISCONFIGURED | 403
        429 | ''                                         | THROTTLED   | 429
        """)
    void sendsOnceAndSaysWhatTheStatusMeans(int status, String body, Kind kind, String code) {
        DeliveryFailure failure = failureOn(json(status, body).withHeader("Location", "/elsewhere"));

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.providerCode()).contains(code);
        assertThat(failure.detail()).startsWith("127.0.0.1:" + google.url().getPort() + ": " + status);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        400 | invalidArgument         | INVALID_ARGUMENT    | Invalid To header                   | RECIPIENT_REJECTED
        400 | invalidArgument         | INVALID_ARGUMENT    | Recipient address required          | RECIPIENT_REJECTED
        400 | invalidArgument         | INVALID_ARGUMENT    | No RFC822 payload message was given | MISCONFIGURED
        400 | failedPrecondition      | FAILED_PRECONDITION | Mail service not enabled            | MISCONFIGURED
        400 | badRequest              | INVALID_ARGUMENT    | Invalid From header                 | MISCONFIGURED
        403 | rateLimitExceeded       | PERMISSION_DENIED   | Rate Limit Exceeded                 | THROTTLED
        403 | userRateLimitExceeded   | PERMISSION_DENIED   | User Rate Limit Exceeded            | THROTTLED
        403 | dailyLimitExceeded      | PERMISSION_DENIED   | Daily Limit Exceeded                | THROTTLED
        403 | quotaExceeded           | PERMISSION_DENIED   | Quota exceeded                      | THROTTLED
        403 | other                   | RESOURCE_EXHAUSTED  | Quota exceeded                      | THROTTLED
        403 | insufficientPermissions | PERMISSION_DENIED   | Insufficient Permission             | MISCONFIGURED
        403 | accessNotConfigured     | PERMISSION_DENIED   | Gmail API has not been used in project 7 | MISCONFIGURED
        403 | domainPolicy            | PERMISSION_DENIED   | rateLimitExceeded                   | MISCONFIGURED
        401 | authError               | UNAUTHENTICATED     | Invalid Credentials                 | MISCONFIGURED
        404 | notFound                | NOT_FOUND           | Requested entity was not found.     | MISCONFIGURED
        429 | rateLimitExceeded       | RESOURCE_EXHAUSTED  | User-rate limit exceeded.           | THROTTLED
        429 | other                   | OTHER               | Too many concurrent requests for user | THROTTLED
        """)
    void sendsOnceAndSaysWhatTheReasonMeans(int status, String reason, String grpc, String text, Kind kind) {
        DeliveryFailure failure = failureOn(json(
                status,
                "{\"error\":{\"code\":" + status + ",\"message\":\"" + text + "\",\"status\":\"" + grpc
                        + "\",\"errors\":[{\"domain\":\"global\",\"reason\":\"" + reason + "\",\"message\":\"x\"}]}}"));

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.providerCode()).contains(reason);
        assertThat(failure.detail())
                .startsWith("127.0.0.1:" + google.url().getPort() + ": " + status + " " + reason + ", " + text)
                .hasSizeLessThanOrEqualTo(500);
        assertThat(failure.detail().contains("gmail.send")).isEqualTo(kind == Kind.MISCONFIGURED && status != 400);
    }

    @Test
    void readsTheReasonWhereverGooglePutsIt() {
        DeliveryFailure failure = failureOn(json(403, """
                {"error":{"code":403,"message":"Request had insufficient authentication scopes.",
                "status":"PERMISSION_DENIED","details":[7,{"@type":"type.googleapis.com/google.rpc.ErrorInfo",
                "reason":"ACCESS_TOKEN_SCOPE_INSUFFICIENT"}],"errors":"none"}}"""));
        assertThat(failure.providerCode()).contains("ACCESS_TOKEN_SCOPE_INSUFFICIENT");
        assertThat(failure.kind()).isEqualTo(Kind.MISCONFIGURED);

        google.forgetRequests();
        failure = failureOn(json(403, "{\"error\":{\"status\":\"RESOURCE_EXHAUSTED\"}}"));
        assertThat(failure.providerCode()).contains("RESOURCE_EXHAUSTED");
        assertThat(failure.kind()).isEqualTo(Kind.THROTTLED);
    }

    @Test
    void dropsATokenThatGmailRefuses() throws Exception {
        failureOn(json(401, "{\"error\":{\"message\":\"Invalid Credentials\"}}"));
        assertThat(tokens.cached()).isNull();
        assertThat(google.tokenRequests(1)).hasSize(1);

        google.sendResponse(json(200, ACCEPTED));
        channel.deliver(message());

        assertThat(google.tokenRequests(2)).hasSize(2);
        assertThat(google.sends(2))
                .extracting(send -> send.getHeader("Authorization"))
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 404, 429, 500})
    void keepsATokenThatGmailDoesNotRefuse(int status) {
        failureOn(json(status, "{}"));

        assertThat(tokens.cached()).isNotNull();
    }

    @ParameterizedTest
    @EnumSource
    void sendsOnceWhereTheConnectionBreaks(Fault fault) {
        assertThat(failureOn(aResponse().withFault(fault)).kind()).isEqualTo(Kind.UNCERTAIN);
    }

    @Test
    void sendsOnceWhereAWarmConnectionBreaks() throws Exception {
        channel.deliver(message());
        channel.deliver(message());
        google.forgetRequests();

        assertThat(failureOn(aResponse().withFault(Fault.EMPTY_RESPONSE)).kind())
                .isEqualTo(Kind.UNCERTAIN);
    }

    @Test
    void sendsOnceWhereTheAnswerIsCut() {
        assertThat(failureOn(json(200, "{\"id\":\"18c5").withHeader("Content-Length", "60"))
                        .kind())
                .isEqualTo(Kind.UNCERTAIN);
    }

    @Test
    void sendsOnceWhereNoAnswerComes() throws Exception {
        channel.deliver(message());
        google.forgetRequests();
        channel = builder().timeout(Duration.ofMillis(400)).build();
        long start = System.nanoTime();

        DeliveryFailure failure = failureOn(json(200, ACCEPTED).withFixedDelay(2_000));

        assertThat(failure.kind()).isEqualTo(Kind.UNCERTAIN);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(1_900));
    }

    @Test
    void isOverAfterItsTimeOutHoweverSlowTokenAndGmailAre() throws Exception {
        channel = builder().timeout(Duration.ofSeconds(2)).build();
        google.tokenResponse(token("\"expires_in\":3600").withFixedDelay(500));
        google.sendResponse(json(200, ACCEPTED).withFixedDelay(5_000));
        long start = System.nanoTime();
        assertThat(failure().kind()).isEqualTo(Kind.UNCERTAIN);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(4_500));

        // With a kept token, the request to Gmail has all of the time.
        google.sendResponse(json(200, ACCEPTED).withFixedDelay(1_300));
        channel.deliver(message());
    }

    @Test
    void asksOnceForManyMailsWithADeadRefreshToken() {
        google.tokenResponse(json(400, "{\"error\":\"invalid_grant\"}"));
        for (int i = 0; i < 20; i++) {
            assertThat(failure().providerCode()).contains("invalid_grant");
        }
        assertThat(google.tokenRequests(1)).hasSize(1);
    }

    @Test
    void sendsNothingOnceItIsClosed() throws Exception {
        channel.deliver(message());
        channel.close();
        channel.close();

        assertThatIllegalStateException().isThrownBy(() -> channel.deliver(message()));
        assertThat(google.sends(1)).hasSize(1);
    }

    @Test
    void sendsNothingWithoutAToken() {
        google.tokenResponse(json(400, "{\"error\":\"invalid_grant\"}"));
        DeliveryFailure dead = failure();
        assertThat(dead.kind()).isEqualTo(Kind.MISCONFIGURED);
        assertThat(dead.channel()).isEqualTo("gmail");
        assertThat(dead.providerCode()).contains("invalid_grant");
        assertThat(dead.detail()).startsWith("token endpoint 127.0.0.1:").contains("log in again");

        google.clock().advance(Duration.ofMinutes(1));
        google.tokenResponse(json(503, ""));
        assertThat(failure().kind()).isEqualTo(Kind.UNAVAILABLE);

        google.clock().advance(Duration.ofMinutes(1));
        google.tokenResponse(token("").withFixedDelay(2_000));
        channel = builder().timeout(Duration.ofMillis(400)).build();
        assertThat(failure().kind()).isEqualTo(Kind.UNAVAILABLE);

        assertThat(google.sends(0)).isEmpty();
    }

    @Test
    void saysThatGmailCanNotBeReached() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        channel = builder().baseUrl(URI.create("http://127.0.0.1:" + port)).build();

        assertThat(failure().kind()).isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void sendsNothingToAServerItDoesNotTrust() {
        channel = builder().baseUrl(google.untrustedUrl()).build();

        assertThat(failure().kind()).isEqualTo(Kind.MISCONFIGURED);
        assertThat(google.sends(0)).isEmpty();
    }

    @Test
    void hidesWhatGmailRepeats() {
        DeliveryFailure failure = failureOn(json(
                        400,
                        "{\"error\":{\"message\":\"Invalid {{request.headers.Authorization}} for " + ADDRESS + " "
                                + TestMessages.CODE
                                + " {{jsonPath request.body '$.raw'}}\",\"errors\":[{\"reason\":\"c" + TestMessages.CODE
                                + "\"}]}}")
                .withTransformers("response-template"));

        assertThat(failure.detail())
                .contains("Invalid Bearer ••••••")
                .doesNotContain(ADDRESS, TestMessages.CODE, TOKEN_START)
                .hasSizeLessThan(200);
        assertThat(failure.providerCode()).contains("c••••••");
    }

    private DeliveryFailure failureOn(ResponseDefinitionBuilder response) {
        google.sendResponse(response);
        DeliveryFailure failure = failure();
        assertThat(failure.channel()).isEqualTo("gmail");
        assertThat(google.sends(1)).hasSize(1);
        return failure;
    }

    private DeliveryFailure failure() {
        return catchThrowableOfType(DeliveryException.class, () -> channel.deliver(message()))
                .failure();
    }

    private GmailApiChannel.Builder builder() {
        return GmailApiChannel.builder().oauth2(tokens).baseUrl(google.url()).from("Acme <no-reply@acme.example>");
    }
}
