package dev.otpkit.examples.twilio;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.otpkit.OtpManager;
import dev.otpkit.channel.twilio.TwilioStatusCallback;
import dev.otpkit.event.OtpEvent;
import dev.otpkit.event.OtpEvent.DeliveryReported;
import dev.otpkit.spi.DeliveryReport;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import dev.otpkit.testkit.RecordingChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TwilioReportsTest {
    private static final String PUBLIC_URL = "https://acme.example/otp/status";
    private static final String TOKEN = "fake-auth-token";
    private static final String SID = "SM0123456789abcdef0123456789abcdef";

    private final List<OtpEvent> events = new CopyOnWriteArrayList<>();
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        TwilioReports reports = new TwilioReports(
                TwilioStatusCallback.builder()
                        .authToken(TOKEN)
                        .publicUrl(URI.create(PUBLIC_URL))
                        .build(),
                OtpManager.builder()
                        .store(CaffeineOtpStore.create())
                        .channel(RecordingChannel.sms())
                        .listener(events::add)
                        .build());
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", reports::handle);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void passesAReportOn() throws Exception {
        String body = "MessageSid=" + SID + "&MessageStatus=delivered";

        assertThat(post(body, sign("MessageSid" + SID + "MessageStatusdelivered")))
                .isEqualTo(204);

        assertThat(events).singleElement().isInstanceOfSatisfying(DeliveryReported.class, report -> {
            assertThat(report.providerMessageId()).isEqualTo(SID);
            assertThat(report.status()).isEqualTo(DeliveryReport.Status.DELIVERED);
        });
    }

    @Test
    void turnsAForgeryAway() throws Exception {
        String body = "MessageSid=" + SID + "&MessageStatus=delivered";

        assertThat(post(body, sign("MessageSid" + SID + "MessageStatusfailed"))).isEqualTo(403);
        assertThat(post("x=" + "y".repeat(100_000), sign("x" + "y".repeat(100_000))))
                .isEqualTo(403);

        assertThat(events).isEmpty();
    }

    private int post(String body, String signature) throws Exception {
        URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/behind/the/proxy");
        HttpRequest request = HttpRequest.newBuilder(url)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("X-Twilio-Signature", signature)
                .POST(BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient()
                .send(request, BodyHandlers.discarding())
                .statusCode();
    }

    private static String sign(String namesAndValues) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(TOKEN.getBytes(StandardCharsets.US_ASCII), "HmacSHA1"));
        return Base64.getEncoder()
                .encodeToString(mac.doFinal((PUBLIC_URL + namesAndValues).getBytes(StandardCharsets.UTF_8)));
    }
}
