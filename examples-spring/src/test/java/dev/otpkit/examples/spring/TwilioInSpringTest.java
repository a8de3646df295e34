package dev.otpkit.examples.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.PhoneNumber;
import dev.otpkit.channel.twilio.TwilioSmsChannel;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/** The effect of the jars that come with the Twilio channels on a Spring application. */
class TwilioInSpringTest {
    private static ServletWebServerApplicationContext application;

    @BeforeAll
    static void start() {
        application = WebApplication.start();
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    @Test
    void aBrowserStillGetsJson() throws Exception {
        HttpResponse<String> answer = WebApplication.asABrowser(WebApplication.url(application, "/me"));

        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(answer.body()).isEqualTo("{\"name\":\"Huda\",\"age\":30}");
    }

    /** With the versions of Jackson and HttpComponents that Spring Boot manages. */
    @Test
    void theChannelSends() throws Exception {
        OtpMessage message = new OtpMessage(
                new PhoneNumber("+966501234567"),
                "481516",
                "login",
                Locale.ENGLISH,
                Duration.ofMinutes(5),
                "Your code",
                "Your code is 481516.",
                Optional.empty());
        try (TwilioSmsChannel channel = WebApplication.channel(application)) {
            assertThat(channel.deliver(message)).isEqualTo(DeliveryReceipt.of(WebApplication.MESSAGE));
        }
    }

    /** The page says so, and how to keep the JDK's client, which Spring uses without the channel. */
    @Test
    void aRestClientUsesHttpComponentsUnlessItIsGivenAnother() {
        assertThat(userAgent(RestClient.create())).startsWith("Apache-HttpClient/5.");
        assertThat(userAgent(RestClient.builder()
                        .requestFactory(new JdkClientHttpRequestFactory())
                        .build()))
                .startsWith("Java-http-client/");
    }

    private static String userAgent(RestClient client) {
        return client.get()
                .uri(WebApplication.url(application, "/user-agent"))
                .retrieve()
                .body(String.class);
    }
}
