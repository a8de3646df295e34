package dev.otpkit.examples.micronaut;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.testkit.FaultyStore;
import dev.otpkit.testkit.RecordingChannel;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

@MicronautTest
@TestMethodOrder(OrderAnnotation.class)
class CodeControllerTest {
    private static final AtomicInteger CLIENTS = new AtomicInteger();

    @Inject
    RecordingChannel channel;

    @Inject
    FaultyStore store;

    @Inject
    EmbeddedServer server;

    @Test
    void acceptsACodeOnceInTheBrowserThatAskedForIt() throws Exception {
        HttpResponse<String> sent = send("huda@example.com", "");
        String browser = sent.headers().firstValue("Set-Cookie").orElseThrow();
        String code = channel.lastCodeTo("huda@example.com");

        assertThat(sent.statusCode()).isEqualTo(204);
        assertThat(browser).contains("HTTPOnly", "Secure", "SameSite=Strict", "Path=/otp");
        assertThat(verify("huda@example.com", "", code)).isEqualTo("422 NO_PENDING_CODE");
        assertThat(verify("huda@example.com", "otp-browser=another", code)).isEqualTo("422 NO_PENDING_CODE");
        assertThat(verify("huda@example.com", browser, channel.wrongCode())).isEqualTo("422 WRONG_CODE");
        assertThat(verify("huda@example.com", browser, code)).isEqualTo("204 ");
        assertThat(verify("huda@example.com", browser, code)).isEqualTo("422 NO_PENDING_CODE");
    }

    @Test
    void sendsInTheLanguageOfTheBrowser() throws Exception {
        send("arabic@example.com", "");

        assertThat(channel.last().locale().getLanguage()).isEqualTo("ar");
    }

    @Test
    void asksForPatience() throws Exception {
        HttpResponse<String> first = send("soon@example.com", "");
        String browser = first.headers().firstValue("Set-Cookie").orElseThrow();

        HttpResponse<String> second = send("soon@example.com", browser);

        assertThat(second.statusCode()).isEqualTo(429);
        assertThat(second.body()).isEqualTo("RESEND_TOO_SOON");
        assertThat(second.headers().firstValueAsLong("Retry-After").orElseThrow())
                .isBetween(20L, 31L);
    }

    @Test
    void refusesAnythingButAnAddress() throws Exception {
        assertThat(send("no address", "").body()).isEqualTo("INVALID_RECIPIENT");
        assertThat(send("", "").statusCode()).isEqualTo(422);
        assertThat(post("send", "").statusCode()).isEqualTo(400);
        assertThat(verify("", "", "")).startsWith("422 ");
    }

    @Test
    void isUnavailableWhileTheStoreIs() throws Exception {
        store.failWith(FaultyStore.Fault.UNAVAILABLE);
        try {
            assertThat(send("someone@example.com", "").statusCode()).isEqualTo(503);
        } finally {
            store.recover();
        }
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void limitsAClientThatInventsAddresses() throws Exception {
        int sent = 0;
        while (sent <= 20 && send("guest" + sent + "@example.com", "").statusCode() == 204) {
            sent++;
        }

        HttpResponse<String> next = send("last@example.com", "");

        assertThat(sent).isLessThanOrEqualTo(20);
        assertThat(next.statusCode() + " " + next.body()).isEqualTo("429 RATE_LIMITED");
    }

    private HttpResponse<String> send(String to, String cookie) throws Exception {
        return post("send", cookie, "to", to);
    }

    private String verify(String to, String cookie, String code) throws Exception {
        HttpResponse<String> answer = post("verify", cookie, "to", to, "code", code);
        return answer.statusCode() + " " + answer.body();
    }

    private HttpResponse<String> post(String path, String cookie, String... fields) throws Exception {
        StringBuilder form = new StringBuilder();
        for (int i = 0; i < fields.length; i += 2) {
            form.append(fields[i])
                    .append('=')
                    .append(URLEncoder.encode(fields[i + 1], StandardCharsets.UTF_8))
                    .append('&');
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(server.getURI().resolve("/otp/" + path))
                .header("Accept-Language", "ar-SA,en;q=0.5")
                .header("X-Forwarded-For", "192.0.2." + CLIENTS.incrementAndGet())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form.toString()));
        if (!cookie.isEmpty()) {
            request.header("Cookie", cookie.replaceFirst(";.*", ""));
        }
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    }
}
