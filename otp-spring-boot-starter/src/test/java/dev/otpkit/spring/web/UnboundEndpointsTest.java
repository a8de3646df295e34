package dev.otpkit.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.spring.web.WebServer.Answer;
import dev.otpkit.spring.web.WebServer.Browser;
import dev.otpkit.testkit.MutableClock;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The endpoints without sessions, in development mode and under a path of the application's own. */
class UnboundEndpointsTest {
    private static WebServer server;

    @BeforeAll
    static void start() {
        server = WebServer.start(
                "test.development=true",
                "otpkit.web.bind-to-session=false",
                "otpkit.web.base-path=/api/codes",
                "otpkit.web.purposes=sign-up,login");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aCodeWorksWithoutACookie() {
        Answer sent = server.browser().post("/api/codes/send", "{\"to\":\"app@example.com\"}");
        String verify = "{\"challengeId\":\"" + sent.text("challengeId") + "\",\"code\":\""
                + sent.text("developmentCode") + "\"";

        assertThat(sent.status()).isEqualTo(202);
        assertThat(sent.header("Set-Cookie")).isEmpty();
        assertThat(server.browser()
                        .post("/api/codes/verify", verify + ",\"purpose\":\"login\"}")
                        .outcome())
                .isEqualTo("422 NO_PENDING_CODE");
        Answer verified = server.browser().post("/api/codes/verify", verify + "}");
        assertThat(verified.status()).isEqualTo(200);
        assertThat(verified.text("purpose")).isEqualTo("sign-up");
        assertThat(verified.header("Set-Cookie")).isEmpty();
        assertThat(server.successes.seen()).contains("app@example.com sign-up {}");
    }

    /** A stranger may have planted the id of the session that a handler logs in. */
    @Test
    void aSuccessChangesTheIdOfTheSessionBeforeTheHandlers() {
        Browser browser = server.browser();
        String planted = sessionId(browser.get("/csrf"));
        Answer sent = browser.post("/api/codes/send", "{\"to\":\"planted@example.com\"}");

        Answer verified = browser.post(
                "/api/codes/verify",
                "{\"challengeId\":\"" + sent.text("challengeId") + "\",\"code\":\"" + sent.text("developmentCode")
                        + "\"}");

        assertThat(verified.status()).isEqualTo(200);
        assertThat(sessionId(verified)).isNotEqualTo(planted);
        assertThat(server.successes.seen())
                .contains("session " + sessionId(verified))
                .doesNotContain("session " + planted);
    }

    private static String sessionId(Answer answer) {
        Matcher cookie = Pattern.compile("JSESSIONID=([0-9A-F]+).*").matcher(answer.header("Set-Cookie"));
        assertThat(cookie.matches()).as(answer.header("Set-Cookie")).isTrue();
        return cookie.group(1);
    }

    @Test
    void aCodeIsVerifiedByAddress() {
        Browser browser = server.browser();
        Answer sent = browser.post("/api/codes/send", "{\"to\":\"0501234567\",\"purpose\":\"login\"}");

        assertThat(browser.post(
                                "/api/codes/verify",
                                "{\"to\":\"+966501234567\",\"purpose\":\"login\",\"code\":\""
                                        + sent.text("developmentCode") + "\"}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void withoutASessionNoChallengeIsKnown() {
        String id = server.browser()
                .post("/api/codes/send", "{\"to\":\"none@example.com\"}")
                .text("challengeId");
        server.context.getBean(MutableClock.class).advance(Duration.ofSeconds(31));

        assertThat(server.browser()
                        .post("/api/codes/resend", "{\"challengeId\":\"" + id + "\"}")
                        .outcome())
                .isEqualTo("422 NO_PENDING_CODE");
        assertThat(server.browser().get("/api/codes/status?challengeId=" + id).outcome())
                .isEqualTo("422 NO_PENDING_CODE");
        assertThat(server.browser()
                        .post("/api/codes/send", "{\"to\":\"none@example.com\"}")
                        .status())
                .isEqualTo(202);
    }

    @Test
    void aRefusalIsAcceptedToo() {
        Answer refused = server.browser().post("/api/codes/send", "{\"to\":\"refused@example.com\"}");

        assertThat(refused.status()).isEqualTo(202);
        assertThat(refused.header("Set-Cookie")).isEmpty();
        assertThat(server.browser()
                        .post(
                                "/api/codes/verify",
                                "{\"challengeId\":\"" + refused.text("challengeId") + "\",\"code\":\"123456\"}")
                        .outcome())
                .isEqualTo("422 NO_PENDING_CODE");
    }

    /** The id of a real one is encrypted: its length follows from that of the address and of the purpose. */
    @ParameterizedTest
    @CsvSource({"n@example.com,sign-up", "n@example.com,login", "someone.else@mail.example.com,login"})
    void theIdOfARefusalHasTheFormOfAnother(String rest, String purpose) {
        Answer refused = sendTo("refused" + rest, purpose);
        Answer sent = sendTo("another" + rest, purpose);

        assertThat(refused.text("challengeId"))
                .hasSameSizeAs(sent.text("challengeId"))
                .matches("A[Q-Za-f][A-Za-z0-9_-]+")
                .isNotEqualTo(sendTo("refused" + rest, purpose).text("challengeId"));
        assertThat(sent.text("challengeId")).matches("A[Q-Za-f][A-Za-z0-9_-]+");
    }

    private static Answer sendTo(String address, String purpose) {
        return server.browser().post("/api/codes/send", "{\"to\":\"" + address + "\",\"purpose\":\"" + purpose + "\"}");
    }

    @Test
    void theDefaultPathIsNotServed() {
        assertThat(server.browser().send("path@example.com").status()).isEqualTo(404);
        assertThat(server.browser()
                        .post("/api/codes/webhooks/twilio", "x=1", "Content-Type", "application/x-www-form-urlencoded")
                        .status())
                .isEqualTo(404);
    }
}
