package dev.otpkit.spring.web;

import dev.otpkit.Alphabet;
import dev.otpkit.OtpManager;
import dev.otpkit.OtpPolicy;
import dev.otpkit.OtpSecret;
import dev.otpkit.RateLimit;
import dev.otpkit.TrafficLimits;
import dev.otpkit.channel.twilio.TwilioSmsChannel;
import dev.otpkit.event.OtpEvent;
import dev.otpkit.spi.SendGuard;
import dev.otpkit.testkit.FakeTwilio;
import dev.otpkit.testkit.FaultyStore;
import dev.otpkit.testkit.MutableClock;
import dev.otpkit.testkit.RecordingChannel;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** An application with the endpoints, on a free loopback port. */
final class WebServer implements AutoCloseable {
    final ServletWebServerApplicationContext context;
    final RecordingChannel sms;
    final RecordingChannel email;
    final MutableClock clock;
    final FaultyStore store;
    final Successes successes;

    private WebServer(ServletWebServerApplicationContext context) {
        this.context = context;
        this.sms = context.getBean("sms", RecordingChannel.class);
        this.email = context.getBean("email", RecordingChannel.class);
        this.clock = context.getBean(MutableClock.class);
        this.store = context.getBean(FaultyStore.class);
        this.successes = context.getBean(Successes.class);
    }

    static WebServer start(String... properties) {
        List<String> all = new ArrayList<>(List.of(
                "server.address=127.0.0.1",
                "server.port=0",
                "spring.main.banner-mode=off",
                "logging.level.root=off",
                "otpkit.web.enabled=true",
                "otpkit.default-region=SA"));
        Collections.addAll(all, properties);
        return new WebServer((ServletWebServerApplicationContext) new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.SERVLET)
                .properties(all.toArray(String[]::new))
                .run());
    }

    URI url(String path) {
        return URI.create("http://127.0.0.1:" + context.getWebServer().getPort() + path);
    }

    Browser browser() {
        return new Browser(this);
    }

    @Override
    public void close() {
        context.close();
    }

    /** The successes that the application has seen. */
    record Successes(List<String> seen) {}

    /** A client with its own cookies. */
    static final class Browser {
        private final WebServer server;
        private final HttpClient client =
                HttpClient.newBuilder().cookieHandler(new CookieManager()).build();

        private Browser(WebServer server) {
            this.server = server;
        }

        Answer post(String path, String json, String... headers) {
            return exchange(
                    HttpRequest.newBuilder(server.url(path)).POST(BodyPublishers.ofString(json)), json, headers);
        }

        Answer get(String path, String... headers) {
            return exchange(HttpRequest.newBuilder(server.url(path)), "", headers);
        }

        Answer send(String to) {
            return post("/otp/send", "{\"to\":\"" + to + "\"}");
        }

        Answer verify(String challengeId, String code) {
            return post("/otp/verify", "{\"challengeId\":\"" + challengeId + "\",\"code\":\"" + code + "\"}");
        }

        Answer resend(String challengeId) {
            return post("/otp/resend", "{\"challengeId\":\"" + challengeId + "\"}");
        }

        Answer status(String challengeId) {
            return get("/otp/status?challengeId=" + challengeId);
        }

        private Answer exchange(HttpRequest.Builder request, String body, String... headers) {
            if (body.startsWith("{")) {
                request.header("Content-Type", "application/json");
            }
            if (headers.length > 0) {
                request.headers(headers);
            }
            try {
                return new Answer(
                        client.send(request.timeout(Duration.ofSeconds(30)).build(), BodyHandlers.ofString()));
            } catch (IOException e) {
                throw new AssertionError(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }
    }

    /** An answer with its JSON. */
    record Answer(HttpResponse<String> response) {
        private static final JsonMapper JSON = new JsonMapper();

        int status() {
            return response.statusCode();
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        Map<String, Object> json() {
            @SuppressWarnings("unchecked")
            Map<String, Object> json = JSON.readValue(response.body(), Map.class);
            return json;
        }

        String text(String name) {
            return String.valueOf(json().get(name));
        }

        /** The status and the reason, as in {@code 422 WRONG_CODE}. */
        String outcome() {
            return status() + " " + text("reason");
        }

        @Override
        public String toString() {
            return status() + " " + response.body();
        }
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    @RestController
    static class Application {
        @Bean
        MutableClock clock() {
            return MutableClock.create();
        }

        @Bean
        FaultyStore store() {
            return FaultyStore.create();
        }

        @Bean
        RecordingChannel sms() {
            return RecordingChannel.sms();
        }

        @Bean
        RecordingChannel email() {
            return RecordingChannel.email();
        }

        @Bean
        @ConditionalOnProperty("test.twilio-url")
        TwilioSmsChannel twilio(Environment environment) {
            return TwilioSmsChannel.builder()
                    .accountSid(FakeTwilio.ACCOUNT_SID)
                    .authToken(FakeTwilio.AUTH_TOKEN)
                    .from("+15005550006")
                    .baseUrl(environment.getRequiredProperty("test.twilio-url", URI.class))
                    .statusCallback(environment.getRequiredProperty("otpkit.web.twilio.public-url", URI.class))
                    .name(environment.getRequiredProperty("otpkit.twilio.sms.name"))
                    .build();
        }

        @Bean
        OtpManager manager(
                FaultyStore store,
                @Qualifier("sms") RecordingChannel sms,
                @Qualifier("email") RecordingChannel email,
                MutableClock clock,
                ObjectProvider<TwilioSmsChannel> twilio,
                Successes successes,
                Environment environment) {
            OtpManager.Builder builder = OtpManager.builder()
                    .appName("Acme")
                    .secret(OtpSecret.random())
                    .store(store)
                    .channel(sms)
                    .channel(email)
                    .clock(clock)
                    .developmentMode(environment.getProperty("test.development", Boolean.class, false))
                    .policy(
                            "letters",
                            OtpPolicy.builder().alphabet(Alphabet.UNAMBIGUOUS).build())
                    .trafficLimits(TrafficLimits.builder()
                            .country("AE", RateLimit.of(1, Duration.ofHours(1)))
                            .build())
                    .recipientFilter(recipient -> !recipient.address().startsWith("filtered"))
                    .sendGuard(context -> {
                        if (context.recipient().address().startsWith("refused")) {
                            return SendGuard.Decision.REFUSE;
                        }
                        return context.recipient().address().startsWith("proof")
                                        && !context.proof().equals(Optional.of("fake-proof"))
                                ? SendGuard.Decision.PROOF_REQUIRED
                                : SendGuard.Decision.ALLOW;
                    });
            twilio.ifAvailable(builder::channel);
            builder.listener(event -> {
                if (event instanceof OtpEvent.DeliveryReported reported) {
                    successes.seen().add("reported " + reported.status() + " " + reported.channel());
                }
            });
            Integer perClient = environment.getProperty("test.client-sends", Integer.class);
            if (perClient != null) {
                builder.clientSendLimit(RateLimit.of(perClient, Duration.ofHours(1)));
            }
            return builder.build();
        }

        @Bean
        Successes successes() {
            return new Successes(Collections.synchronizedList(new ArrayList<>()));
        }

        @Bean
        OtpVerifiedHandler handler(Successes successes) {
            return (request, verified, details) -> {
                if (verified.recipient().address().startsWith("disabled")) {
                    throw new IllegalStateException("the account is disabled");
                }
                successes.seen().add(verified.recipient().address() + " " + verified.purpose() + " " + details);
                HttpSession session = request.getSession(false);
                if (session != null) {
                    successes.seen().add("session " + session.getId());
                }
            };
        }

        @Bean
        OtpWebRecipients recipients() {
            return (recipient, purpose) -> !recipient.address().startsWith("unknown");
        }

        @Bean
        SecurityFilterChain security(HttpSecurity http, Environment environment) {
            http.authorizeHttpRequests(requests -> requests.anyRequest().permitAll());
            if (!environment.getProperty("test.csrf", Boolean.class, false)) {
                http.csrf(csrf -> csrf.ignoringRequestMatchers("/**"));
            } else {
                http.csrf(csrf -> csrf.ignoringRequestMatchers("/otp/webhooks/twilio"));
            }
            return http.build();
        }

        @GetMapping("/csrf")
        Map<String, String> csrf(CsrfToken token) {
            return Map.of("header", token.getHeaderName(), "token", token.getToken());
        }

        @GetMapping("/me")
        Map<String, String> me(HttpServletRequest request) {
            return VerifiedRecipient.in(request, "default")
                    .map(verified -> Map.of("address", verified.address(), "text", verified.toString()))
                    .orElse(Map.of());
        }

        @GetMapping("/paid")
        Map<String, String> paid(HttpServletRequest request) {
            return VerifiedRecipient.in(request, "payment").orElseThrow().details();
        }

        @GetMapping("/leave")
        void leave(HttpServletRequest request) {
            VerifiedRecipient.remove(request, "default");
        }
    }
}
