package dev.otpkit.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpRequest;
import dev.otpkit.PhoneNumber;
import dev.otpkit.channel.twilio.TwilioSmsChannel;
import dev.otpkit.spi.OtpMessage;
import dev.otpkit.spring.web.WebServer.Answer;
import dev.otpkit.spring.web.WebServer.Browser;
import dev.otpkit.testkit.FakeProvider;
import dev.otpkit.testkit.FakeTwilio;
import dev.otpkit.testkit.FaultyStore.Fault;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.filter.ForwardedHeaderFilter;

/** The endpoints with the CSRF protection of Spring Security, behind a trusted proxy, and called by Twilio. */
class OtpEndpointsInAnApplicationTest {
    private static final URI PUBLIC_URL = URI.create("https://acme.example/otp/webhooks/twilio?tenant=7");
    private static final String OLD_TOKEN = "fake-previous-token";
    private static final OtpMessage MESSAGE = new OtpMessage(
            new PhoneNumber("+966501234567"),
            "481516",
            "login",
            Locale.ENGLISH,
            Duration.ofMinutes(5),
            "Your code",
            "Your code is 481516.",
            Optional.empty());

    private static FakeTwilio twilio;
    private static WebServer server;

    @BeforeAll
    static void start() {
        twilio = FakeTwilio.start();
        server = WebServer.start(
                "test.csrf=true",
                "test.client-sends=2",
                "test.twilio-url=" + twilio.url(),
                "server.forward-headers-strategy=native",
                "otpkit.twilio.auth-token=" + FakeTwilio.AUTH_TOKEN,
                "otpkit.twilio.sms.name=sms-eu",
                "otpkit.web.twilio.public-url=" + PUBLIC_URL,
                "otpkit.web.twilio.previous-auth-token=" + OLD_TOKEN);
    }

    @AfterAll
    static void stop() {
        server.close();
        twilio.close();
    }

    @Test
    void aPostNeedsTheCsrfTokenOfTheApplication() {
        Browser browser = server.browser();

        assertThat(browser.send("csrf@example.com").status()).isEqualTo(403);
        assertThat(send(browser, "csrf@example.com", "192.0.2.1").status()).isEqualTo(202);
        assertThat(server.browser().verify("x", "123456").status()).isEqualTo(403);
        assertThat(server.browser().resend("x").status()).isEqualTo(403);
    }

    /** The proxy appends the address that it sees. What stands before it is the client's own invention. */
    @Test
    void aForgedAddressInFrontDoesNotWin() {
        assertThat(from("198.51.100.7", "a@example.com").status()).isEqualTo(202);
        assertThat(from("10.9.9.9, 198.51.100.7", "b@example.com").status()).isEqualTo(202);

        assertThat(from("203.0.113.99, 198.51.100.7", "c@example.com").outcome())
                .isEqualTo("429 TOO_MANY_REQUESTS");
        assertThat(from("198.51.100.7, 198.51.100.8", "d@example.com").status()).isEqualTo(202);
    }

    private static Answer from(String forwardedFor, String to) {
        return send(server.browser(), to, forwardedFor);
    }

    private static Answer send(Browser browser, String to, String forwardedFor) {
        Map<String, Object> csrf = browser.get("/csrf").json();
        return browser.post(
                "/otp/send",
                "{\"to\":\"" + to + "\"}",
                csrf.get("header").toString(),
                csrf.get("token").toString(),
                "X-Forwarded-For",
                forwardedFor);
    }

    /** The page warns of it: server.forward-headers-strategy=framework uses this filter. */
    @Test
    void theFilterOfSpringTakesTheAddressThatAClientCanForge() throws Exception {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.addHeader("X-Forwarded-For", "10.9.9.9, 198.51.100.7");
        MockFilterChain chain = new MockFilterChain();

        new ForwardedHeaderFilter().doFilter(request, new MockHttpServletResponse(), chain);

        assertThat(chain.getRequest().getRemoteAddr()).isEqualTo("10.9.9.9");
    }

    @Test
    void takesTheReportsOfTwilio() {
        FakeProvider.Message message = sms("+966501234567");

        assertThat(report(message, "sent", PUBLIC_URL)).isEqualTo(204);
        assertThat(server.successes.seen()).doesNotContain("reported DELIVERED sms-eu");
        assertThat(report(message, "delivered", PUBLIC_URL)).isEqualTo(204);
        assertThat(server.successes.seen()).contains("reported DELIVERED sms-eu");
    }

    @Test
    void refusesForgedReports() {
        FakeProvider.Message message = sms("+966501234568");

        assertThat(report(message, "failed", URI.create("https://evil.example/otp/webhooks/twilio?tenant=7")))
                .isEqualTo(403);
        assertThat(server.browser()
                        .post(
                                "/otp/webhooks/twilio",
                                "MessageStatus=delivered",
                                "Content-Type",
                                "application/x-www-form-urlencoded")
                        .status())
                .isEqualTo(403);
        assertThat(server.successes.seen()).doesNotContain("reported FAILED sms-eu");
    }

    @Test
    void saysThatTheStoreCouldNotKeepAReport() {
        FakeProvider.Message message = sms("+966501234569");
        server.store.failWith(Fault.UNAVAILABLE);
        try {
            assertThat(report(message, "undelivered", PUBLIC_URL)).isEqualTo(503);
        } finally {
            server.store.recover();
        }
        assertThat(report(message, "undelivered", PUBLIC_URL)).isEqualTo(204);
    }

    @Test
    void takesReportsThatAreSignedWithThePreviousToken() throws Exception {
        try (FakeTwilio previous = FakeTwilio.start(FakeTwilio.ACCOUNT_SID, OLD_TOKEN)) {
            FakeProvider.Message message = previous(previous);

            assertThat(previous.report(
                            message, "delivered", 0, PUBLIC_URL, server.url("/otp/webhooks/twilio?tenant=7")))
                    .isEqualTo(204);
        }
    }

    private static FakeProvider.Message previous(FakeTwilio previous) throws Exception {
        try (TwilioSmsChannel channel = TwilioSmsChannel.builder()
                .accountSid(FakeTwilio.ACCOUNT_SID)
                .authToken(OLD_TOKEN)
                .from("+15005550006")
                .baseUrl(previous.url())
                .statusCallback(PUBLIC_URL)
                .build()) {
            channel.deliver(MESSAGE);
        }
        return previous.messages().get(0);
    }

    private static FakeProvider.Message sms(String number) {
        OtpManager otp = server.context.getBean(OtpManager.class);
        assertThat(otp.send(OtpRequest.to(number).via("sms-eu")).isSent()).isTrue();
        return twilio.messages().get(twilio.messages().size() - 1);
    }

    private static int report(FakeProvider.Message message, String status, URI publicUrl) {
        return twilio.report(message, status, 0, publicUrl, server.url("/otp/webhooks/twilio?tenant=7"));
    }
}
