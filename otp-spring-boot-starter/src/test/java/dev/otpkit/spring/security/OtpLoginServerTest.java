package dev.otpkit.spring.security;

import static dev.otpkit.spring.security.LoginSite.ACTIVE;
import static dev.otpkit.spring.security.LoginSite.OTHER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpPolicy;
import dev.otpkit.RateLimit;
import dev.otpkit.event.OtpEvent;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import dev.otpkit.testkit.FaultyStore;
import dev.otpkit.testkit.RecordingChannel;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The log-in over HTTP, with the cookies and the CSRF tokens of a browser, in a server on a free loopback port. */
class OtpLoginServerTest {
    private static final Pattern CSRF = Pattern.compile("csrf=(\\S+)");
    private static final int RACERS = 8;
    private static final int ROUNDS = 5;
    private static final int GUESSERS = 50;

    private static ServletWebServerApplicationContext login;

    private ServletWebServerApplicationContext application = login;
    private Beans beans = login.getBean(Beans.class);

    @BeforeAll
    static void startOnce() {
        login = start(LoginConfiguration.class);
    }

    @AfterAll
    static void stop() {
        login.close();
    }

    private static ServletWebServerApplicationContext start(Class<?> security) {
        return (ServletWebServerApplicationContext) new SpringApplicationBuilder(Beans.class, security)
                .web(WebApplicationType.SERVLET)
                .properties(
                        "server.address=127.0.0.1",
                        "server.port=0",
                        "spring.main.banner-mode=off",
                        "logging.level.root=WARN",
                        "logging.level.dev.otpkit=OFF",
                        "otpkit.default-region=SA")
                .run();
    }

    @Test
    void logsIn() throws Exception {
        Browser browser = new Browser();
        assertThat(browser.get("/").location()).endsWith("/sign-in");
        browser.open("/sign-in");

        assertThat(browser.post("/ott/generate", "username", "050 123 4567").location())
                .contains("/sign-in/code?sent&wait=");
        browser.open("/sign-in/code");
        String session = browser.sessionId();
        assertThat(browser.post("/login/ott", "token", beans.sms.wrongCode()).location())
                .endsWith("/sign-in/code?error=wrong&left=4");
        assertThat(browser.sessionId()).isEqualTo(session);
        Answer in = browser.post("/login/ott", "token", beans.sms.lastCodeTo(ACTIVE));

        assertThat(in.status()).isEqualTo(302);
        assertThat(in.location()).endsWith("/?continue");
        assertThat(browser.sessionId()).isNotEqualTo(session);
        assertThat(browser.get("/").body()).isEqualTo(ACTIVE + " [FACTOR_OTT, ROLE_USER]");
    }

    @Test
    void refusesRequestsWithoutTheCsrfTokenAndShowsAPageWithoutTheStore() throws Exception {
        Browser browser = new Browser();
        beans.events.clear();
        assertThat(browser.post("/ott/generate", "username", ACTIVE).status()).isEqualTo(403);
        assertThat(beans.events).isEmpty();

        browser.open("/sign-in");
        beans.store.failWith(FaultyStore.Fault.UNAVAILABLE);
        Answer send = browser.post("/ott/generate", "username", ACTIVE);
        beans.store.recover();
        assertThat(send.status()).isEqualTo(503);
        assertThat(send.body()).startsWith("error=unavailable csrf=");

        browser.post("/ott/generate", "username", ACTIVE);
        beans.store.failWith(FaultyStore.Fault.UNAVAILABLE);
        Answer verify = browser.post("/login/ott", "token", beans.sms.lastCode());
        beans.store.recover();
        assertThat(verify.status()).isEqualTo(503);
        assertThat(verify.body()).startsWith("error=unavailable csrf=");
    }

    @Test
    void isASecondFactorForTheNameOfTheFirst() throws Exception {
        try (ServletWebServerApplicationContext own = start(SecondFactorConfiguration.class)) {
            application = own;
            beans = own.getBean(Beans.class);
            secondFactor();
        }
    }

    private void secondFactor() throws Exception {
        Browser browser = new Browser();
        assertThat(browser.get("/").location()).endsWith("/password");
        browser.open("/password");
        assertThat(browser.post("/password", "username", OTHER, "password", "password")
                        .location())
                .endsWith("/?continue");
        assertThat(browser.get("/").location()).contains("/second-factor?factor.type=ott");
        browser.open("/second-factor");

        assertThat(browser.post("/ott/generate", "username", ACTIVE).location())
                .contains("/second-factor/code?sent&wait=");
        assertThat(beans.sms.messages()).isEmpty();
        browser.open("/second-factor/code");
        assertThat(browser.post("/login/ott", "token", beans.email.wrongCode()).location())
                .endsWith("/second-factor/code?error=wrong&left=4");
        assertThat(browser.post("/login/ott", "token", beans.email.lastCodeTo(OTHER))
                        .location())
                .endsWith("/?continue");

        assertThat(browser.get("/").body()).isEqualTo(OTHER + " [FACTOR_OTT, FACTOR_PASSWORD, ROLE_USER]");
    }

    @Test
    void pitfall11TheSameCodeLogsInOnce() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Browser browser = new Browser();
            browser.open("/sign-in");
            browser.post("/ott/generate", "username", ACTIVE);
            beans.events.clear();

            List<Answer> answers = browser.postAtOnce(RACERS, "/login/ott", beans.sms.lastCode());

            assertThat(answers).hasSize(RACERS).filteredOn(Answer::loggedIn).hasSize(1);
            assertThat(beans.events)
                    .filteredOn(OtpEvent.Verified.class::isInstance)
                    .hasSize(1);
        }
    }

    @Test
    void guessesAtOnceUseUpTheAttempts() throws Exception {
        Browser browser = new Browser();
        browser.open("/sign-in");
        browser.post("/ott/generate", "username", ACTIVE);

        List<Answer> answers = browser.postAtOnce(GUESSERS, "/login/ott", beans.sms.wrongCode());

        assertThat(answers).hasSize(GUESSERS).noneMatch(Answer::loggedIn);
        assertThat(answers)
                .filteredOn(answer -> answer.location().contains("error=wrong"))
                .hasSize(5);
        assertThat(answers)
                .filteredOn(answer -> answer.location().contains("error=attempts"))
                .hasSize(GUESSERS - 5);
        assertThat(browser.post("/login/ott", "token", beans.sms.lastCode()).location())
                .endsWith("?error=attempts");
    }

    private record Answer(int status, String location, String body) {
        boolean loggedIn() {
            return status == 302 && location.matches("http://127\\.0\\.0\\.1:\\d+/");
        }
    }

    /** A browser: it keeps cookies, sends the token of the page that it opened last, and follows no redirect. */
    private final class Browser {
        private final CookieManager cookies = new CookieManager(null, CookiePolicy.ACCEPT_ALL);
        private final HttpClient client =
                HttpClient.newBuilder().cookieHandler(cookies).build();
        private String csrf = "";

        void open(String path) throws Exception {
            Answer page = get(path);
            Matcher token = CSRF.matcher(page.body());
            assertThat(token.find()).as(page.toString()).isTrue();
            csrf = token.group(1);
        }

        Answer get(String path) throws Exception {
            return answer(client.send(
                    HttpRequest.newBuilder(url(path))
                            .header("Accept", "text/html")
                            .build(),
                    HttpResponse.BodyHandlers.ofString()));
        }

        Answer post(String path, String... form) throws Exception {
            return answer(client.send(request(path, form), HttpResponse.BodyHandlers.ofString()));
        }

        List<Answer> postAtOnce(int times, String path, String code) {
            List<CompletableFuture<Answer>> sent = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                sent.add(client.sendAsync(request(path, "token", code), HttpResponse.BodyHandlers.ofString())
                        .thenApply(this::answer));
            }
            return sent.stream().map(CompletableFuture::join).toList();
        }

        private HttpRequest request(String path, String... form) {
            StringBuilder body = new StringBuilder("_csrf=").append(csrf);
            for (int i = 0; i < form.length; i += 2) {
                body.append('&')
                        .append(form[i])
                        .append('=')
                        .append(URLEncoder.encode(form[i + 1], StandardCharsets.UTF_8));
            }
            return HttpRequest.newBuilder(url(path))
                    .header("Accept", "text/html")
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                    .build();
        }

        private Answer answer(HttpResponse<String> response) {
            return new Answer(
                    response.statusCode(),
                    response.headers().firstValue("Location").orElse(""),
                    response.body());
        }

        String sessionId() {
            return cookies.getCookieStore().getCookies().stream()
                    .filter(cookie -> cookie.getName().equals("JSESSIONID"))
                    .map(HttpCookie::getValue)
                    .findFirst()
                    .orElseThrow();
        }

        private URI url(String path) {
            return URI.create("http://127.0.0.1:" + application.getWebServer().getPort() + path);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        TomcatServletWebServerAutoConfiguration.class,
        DispatcherServletAutoConfiguration.class,
        WebMvcAutoConfiguration.class,
        SecurityAutoConfiguration.class,
        ServletWebSecurityAutoConfiguration.class,
        SecurityFilterAutoConfiguration.class,
        OtpLoginAutoConfiguration.class
    })
    @RestController
    static class Beans {
        final RecordingChannel sms = RecordingChannel.sms();
        final RecordingChannel email = RecordingChannel.email();
        final FaultyStore store = FaultyStore.around(CaffeineOtpStore.create());
        final List<OtpEvent> events = new CopyOnWriteArrayList<>();

        @Bean
        OtpStore store() {
            return store;
        }

        @Bean
        OtpManager otp() {
            return OtpManager.builder()
                    .appName("Acme")
                    .store(store)
                    .channel(sms)
                    .channel(email)
                    .policy(OtpPolicy.builder()
                            .sendLimits(RateLimit.of(100, Duration.ofHours(1)))
                            .failureLimit(RateLimit.of(100, Duration.ofHours(1)))
                            .build())
                    .listener(events::add)
                    .build();
        }

        @Bean
        UserDetailsService users() {
            return new LoginSite.Accounts();
        }

        @GetMapping({"/sign-in", "/sign-in/code", "/password", "/second-factor", "/second-factor/code"})
        String page(CsrfToken csrf, @RequestParam(name = "error", defaultValue = "none") String error) {
            return "error=" + error + " csrf=" + csrf.getToken();
        }

        @GetMapping("/")
        String home(Authentication authentication) {
            return authentication.getName() + " "
                    + authentication.getAuthorities().stream()
                            .map(authority -> String.valueOf(authority.getAuthority()))
                            .sorted()
                            .toList();
        }
    }
}
