package dev.otpkit.examples.twilio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpSecret;
import dev.otpkit.channel.twilio.TwilioSmsChannel;
import dev.otpkit.channel.twilio.TwilioWhatsAppChannel;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import dev.otpkit.testkit.FakeProvider;
import dev.otpkit.testkit.FakeTwilio;
import dev.otpkit.testkit.MutableClock;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReportingApplicationTest {
    private static final String NUMBER = "+966501234567";
    private static final URI PUBLIC_URL = URI.create("https://acme.example/otp/status?tenant=7");

    private static final Duration COOLDOWN = Duration.ofSeconds(30);

    private final MutableClock clock = MutableClock.create();
    private final FakeTwilio twilio = FakeTwilio.start();
    private ReportingApplication application;

    @BeforeEach
    void start() throws Exception {
        application = new ReportingApplication(
                OtpManager.builder()
                        .secret(OtpSecret.random())
                        .store(CaffeineOtpStore.create())
                        .clock(clock),
                TwilioWhatsAppChannel.builder()
                        .accountSid(FakeTwilio.ACCOUNT_SID)
                        .authToken(FakeTwilio.AUTH_TOKEN)
                        .from("+15005550006")
                        .contentSid("HX0123456789abcdef0123456789abcdef")
                        .baseUrl(twilio.url()),
                TwilioSmsChannel.builder()
                        .accountSid(FakeTwilio.ACCOUNT_SID)
                        .authToken(FakeTwilio.AUTH_TOKEN)
                        .from("+15005550006")
                        .baseUrl(twilio.url()),
                FakeTwilio.AUTH_TOKEN,
                PUBLIC_URL);
    }

    @AfterEach
    void stop() {
        application.close();
        twilio.close();
    }

    @Test
    void sendsOverSmsAfterWhatsAppDidNotArrive() throws Exception {
        assertThat(application.send(NUMBER)).startsWith("We have sent");
        assertThat(form(0).get("To")).isEqualTo("whatsapp:" + NUMBER);
        assertThat(form(0).get("StatusCallback")).startsWith(PUBLIC_URL + "&otpkit-challenge=");

        assertThat(report(0, "undelivered", 63003)).isEqualTo(204);
        clock.advance(COOLDOWN);
        assertThat(application.send(NUMBER)).startsWith("We have sent");

        assertThat(form(1).get("To")).isEqualTo(NUMBER);
        assertThat(application.verify(NUMBER, twilio.lastCodeTo(NUMBER))).isTrue();
        assertThat(feedback()).as("the message whose code was used").endsWith("/Messages/" + id(1) + "/Feedback.json");
    }

    @Test
    void refusesMessagesAfterAnOptOutUntilOptIn() {
        twilio.refuseWith(21610);
        assertThat(application.send(NUMBER))
                .as("WhatsApp, and no SMS either")
                .isEqualTo("We cannot send you a code now.");
        assertThat(application.send(NUMBER)).as("SMS").isEqualTo("We cannot send you a code now.");
        twilio.recover();
        int requests = twilio.requests().size();

        assertThat(application.send(NUMBER)).startsWith("You have asked us");
        assertThat(twilio.requests()).hasSize(requests);

        application.wantsMessagesAgain(NUMBER);
        assertThat(application.send(NUMBER)).startsWith("We have sent");
    }

    @Test
    void remembersAnOptOutThatIsReported() {
        application.send(NUMBER);
        assertThat(report(0, "failed", 63014)).isEqualTo(204);
        clock.advance(COOLDOWN);

        assertThat(application.send(NUMBER)).startsWith("We have sent");

        assertThat(form(1).get("To")).as("over SMS").isEqualTo(NUMBER);
    }

    private int report(int message, String status, int code) {
        return twilio.report(twilio.messages().get(message), status, code, PUBLIC_URL, application.localUrl());
    }

    private String id(int message) {
        return twilio.messages().get(message).id();
    }

    private Map<String, String> form(int request) {
        return twilio.requests().get(request).form();
    }

    /** Waits for feedback, which comes on another thread, and returns its path. */
    private String feedback() throws InterruptedException {
        for (int i = 0; i < 400; i++) {
            for (FakeProvider.Request request : twilio.requests()) {
                if (request.form().containsKey("Outcome")) {
                    return request.uri().getPath();
                }
            }
            Thread.sleep(50);
        }
        throw new AssertionError("no feedback");
    }
}
