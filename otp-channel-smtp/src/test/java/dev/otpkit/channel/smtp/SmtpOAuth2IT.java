package dev.otpkit.channel.smtp;

import static dev.otpkit.channel.smtp.ScriptedGmailServer.json;
import static dev.otpkit.channel.smtp.ScriptedGmailServer.token;
import static dev.otpkit.channel.smtp.TestMessages.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.otpkit.channel.smtp.ScriptedSmtpServer.Step;
import dev.otpkit.channel.smtp.SmtpChannel.Tls;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SmtpOAuth2IT {
    private static final String GMAIL_REFUSES =
            challenge("{\"status\":\"400\",\"schemes\":\"Bearer\",\"scope\":\"https://mail.google.com/\"}");

    private ScriptedGmailServer google;
    private OAuth2 tokens;
    private ScriptedSmtpServer server;
    private SmtpChannel channel;

    @BeforeEach
    void startServers() throws Exception {
        google = new ScriptedGmailServer();
        tokens = google.oauth2().build();
        server = new ScriptedSmtpServer();
        server.reply(Step.EHLO, "250-scripted.example", "250 AUTH PLAIN LOGIN XOAUTH2");
        channel = builder().build();
    }

    @AfterEach
    void stopServers() throws Exception {
        channel.close();
        server.close();
        google.close();
    }

    @Test
    void asksForATokenOnceForManyConnections() throws Exception {
        channel = builder().idleTimeout(Duration.ZERO).build();

        channel.deliver(message());
        channel.deliver(message());

        assertThat(server.connectionCount()).isEqualTo(2);
        assertThat(server.count("AUTH")).isEqualTo(2);
        assertThat(google.tokenRequests(1)).hasSize(1);
    }

    @Test
    void asksForNoTokenForAConnectionThatIsLoggedIn() throws Exception {
        channel.deliver(message());
        google.clock().advance(Duration.ofHours(2));
        channel.deliver(message());

        assertThat(server.connectionCount()).isOne();
        assertThat(google.tokenRequests(1)).hasSize(1);
    }

    @Test
    void asksForAnotherTokenForTheNextConnectionWhenOneEnds() throws Exception {
        channel = builder().idleTimeout(Duration.ZERO).build();
        channel.deliver(message());
        google.clock().advance(Duration.ofHours(2));
        channel.deliver(message());

        assertThat(google.tokenRequests(2)).hasSize(2);
    }

    @Test
    void connectsToNobodyWithoutAToken() {
        google.tokenResponse(json(400, "{\"error\":\"invalid_grant\"}"));

        DeliveryFailure failure = failure();

        assertThat(failure.channel()).isEqualTo("smtp");
        assertThat(failure.kind()).isEqualTo(Kind.MISCONFIGURED);
        assertThat(failure.providerCode()).contains("invalid_grant");
        assertThat(failure.detail()).startsWith("token endpoint 127.0.0.1:").contains("log in again");
        assertThat(server.connectionCount()).isZero();
        assertThat(google.tokenRequests(1)).hasSize(1);
    }

    @Test
    void decodesWhyATokenIsNotTakenAndEndsTheExchange() {
        server.reply(Step.AUTH, GMAIL_REFUSES);

        DeliveryFailure failure = failure();

        assertThat(failure.kind()).isEqualTo(Kind.MISCONFIGURED);
        assertThat(failure.providerCode()).contains("535");
        assertThat(failure.detail())
                .startsWith("AUTH: the server refuses the access token: status 400, schemes Bearer,"
                        + " scope https://mail.google.com/; ")
                .endsWith(". 5.7.8 Username and Password not accepted")
                .hasSizeLessThanOrEqualTo(500);
        assertThat(server.commands())
                .startsWith("EHLO acme.example", "AUTH", "")
                .doesNotContain("MAIL FROM");
        assertThat(server.count("AUTH")).isOne();
        assertThat(server.count("MAIL")).isZero();
        assertThat(tokens.cached()).isNull();
        assertThat(google.tokenRequests(1)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {220, 2000, 4000, 16_384})
    void deliversWithATokenOfAnyLength(int length) throws Exception {
        respondWithToken(longToken(length));

        channel.deliver(message());

        assertThat(server.contents()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {220, 2000, 4000})
    void showsNoPieceOfALongTokenThatTheServerRepeats(int length) {
        String token = longToken(length);
        respondWithToken(token);
        String piece = token.substring(0, 40);

        server.reply(Step.AUTH, "535 5.7.8 no: " + token);
        assertThat(failure().detail()).doesNotContain(piece);
        server.reply(Step.AUTH, "535-" + " ".repeat(7900), "535 " + token);
        assertThat(failure().detail()).doesNotContain(piece);
        for (String member : new String[] {"status", "schemes", "scope"}) {
            server.reply(Step.AUTH, challenge("{\"" + member + "\":\"" + token + "\"}"));
            assertThat(failure().detail()).doesNotContain(piece);
        }
    }

    @Test
    void isUncertainAfterTheContentThoughTheTokenWasDisliked() {
        server.reply(Step.AUTH, GMAIL_REFUSES);
        server.reply(Step.EMPTY_LINE, "235 2.7.0 welcome all the same");
        server.disconnect(Step.END);

        DeliveryFailure failure = failure();

        assertThat(failure.kind()).isEqualTo(Kind.UNCERTAIN);
        assertThat(failure.detail()).doesNotContain("access token");
    }

    @Test
    void sendsTheNextMessageWithAnotherToken() throws Exception {
        server.reply(Step.AUTH, GMAIL_REFUSES);
        failure();
        server.reply(Step.AUTH, "235 2.7.0 Accepted");

        channel.deliver(message());

        assertThat(google.tokenRequests(2)).hasSize(2);
        assertThat(server.count("AUTH")).isEqualTo(2);
        assertThat(server.contents()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {"status":"401","schemes":"bearer mac","scope":"https://outlook.office.com/"} \
            | status 401, schemes bearer mac, scope https://outlook.office.com/ | MISCONFIGURED | 535 5.7.3 no
        {"status":"400"}             | status 400, schemes not given, scope not given | MISCONFIGURED | 454 4.7.0 later
        {"status":"500","scope":"x"} | status 500, schemes not given, scope x        | UNAVAILABLE   | 454 4.7.0 later
        {"status":400}               | status not given                              | MISCONFIGURED | 535 5.7.8 no
        {}                           | status not given                              | MISCONFIGURED | 535 5.7.8 no
        []                           | AUTH: 5.7.8 no                                | MISCONFIGURED | 535 5.7.8 no
        no JSON                      | AUTH: 4.7.0 later                             | UNAVAILABLE   | 454 4.7.0 later
        """)
    void readsWhateverTheServerSays(String json, String words, Kind kind, String last) {
        server.reply(Step.AUTH, challenge(json)).reply(Step.EMPTY_LINE, last);

        DeliveryFailure failure = failure();

        assertThat(failure.detail()).contains(words);
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.providerCode()).contains(last.substring(0, 3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"334 ", "334", "334 %%%", "334 eyJzdGF0dXMi"})
    void takesAChallengeItCanNotReadForARefusal(String line) {
        server.reply(Step.AUTH, line);

        assertThat(failure().detail()).isEqualTo("AUTH: 5.7.8 Username and Password not accepted");
    }

    @Test
    void saysWhyWhereTheServerHangsUpOrFallsSilent() {
        server.reply(Step.AUTH, GMAIL_REFUSES).disconnect(Step.EMPTY_LINE);
        DeliveryFailure gone = failure();
        assertThat(gone.kind()).isEqualTo(Kind.MISCONFIGURED);
        assertThat(gone.detail()).contains("status 400, schemes Bearer");
        assertThat(tokens.cached()).isNull();

        channel = builder().timeout(Duration.ofSeconds(1)).build();
        server.hang(Step.EMPTY_LINE);
        DeliveryFailure silent = failure();
        assertThat(silent.kind()).isEqualTo(Kind.MISCONFIGURED);
        assertThat(silent.detail()).contains("status 400, schemes Bearer", "not finished after PT1S");
        assertThat(tokens.cached()).isNull();
    }

    @Test
    void dropsATokenThatIsRefusedWithoutAReason() {
        server.reply(Step.AUTH, "535 5.7.3 Authentication unsuccessful");

        assertThat(failure().kind()).isEqualTo(Kind.MISCONFIGURED);
        assertThat(tokens.cached()).isNull();
    }

    @Test
    void keepsATokenThatIsNotRefused() {
        server.reply(Step.AUTH, "454 4.7.0 Temporary authentication failure");
        assertThat(failure().kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(tokens.cached()).isNotNull();

        server.reply(Step.AUTH, "235 welcome").reply(Step.RCPT, "550 5.1.1 no such user");
        assertThat(failure().kind()).isEqualTo(Kind.RECIPIENT_REJECTED);
        assertThat(tokens.cached()).isNotNull();
        assertThat(google.tokenRequests(1)).hasSize(1);
    }

    @Test
    void wantsAServerThatTakesTokens() {
        server.reply(Step.EHLO, "250-scripted.example", "250 AUTH PLAIN LOGIN");

        DeliveryFailure failure = failure();

        assertThat(failure.kind()).isEqualTo(Kind.MISCONFIGURED);
        assertThat(failure.detail()).contains("the server does not offer AUTH XOAUTH2");
        assertThat(server.count("AUTH")).isZero();
    }

    @Test
    void waitsForTokenAndServerNoLongerThanTheTimeOut() {
        google.tokenResponse(token("").withFixedDelay(600));
        server.hang(Step.END);
        channel = builder().timeout(Duration.ofMillis(1_500)).build();
        long start = System.nanoTime();

        assertThat(failure().kind()).isEqualTo(Kind.UNCERTAIN);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(1_400), Duration.ofMillis(4_500));

        google.clock().advance(Duration.ofHours(1));
        google.tokenResponse(token("").withFixedDelay(5_000));
        start = System.nanoTime();
        assertThat(failure().kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(4_500));
    }

    private DeliveryFailure failure() {
        return catchThrowableOfType(DeliveryException.class, () -> channel.deliver(message()))
                .failure();
    }

    private void respondWithToken(String token) {
        google.tokenResponse(json(200, "{\"access_token\":\"" + token + "\",\"expires_in\":3600}"));
    }

    private static String longToken(int length) {
        return "fake-ABCDEFGHIJ_0123456789.abcdefghij".repeat(length).substring(0, length);
    }

    private static String challenge(String json) {
        return "334 " + Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private SmtpChannel.Builder builder() {
        return SmtpChannel.builder()
                .host("127.0.0.1")
                .port(server.port())
                .tls(Tls.NONE)
                .oauth2("user@acme.example", tokens)
                .from("Acme <no-reply@acme.example>");
    }
}
