package dev.otpkit.examples.spring;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;

/** The application of the page, as a person meets it who reads the codes in its log. */
class SignUpApplicationTest {
    private static final Pattern CODE = Pattern.compile("\\b\\d{6}\\b");

    private static ServletWebServerApplicationContext application;

    private final HttpClient browser =
            HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeAll
    static void start() {
        application = (ServletWebServerApplicationContext) new SpringApplicationBuilder(SignUpApplication.class)
                .properties("server.address=127.0.0.1", "spring.main.banner-mode=off")
                .run("--server.port=0");
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    @BeforeEach
    void readTheLog() {
        log.start();
        ((Logger) LoggerFactory.getLogger("dev.otpkit.development")).addAppender(log);
    }

    @AfterEach
    void closeTheLog() {
        ((Logger) LoggerFactory.getLogger("dev.otpkit.development")).detachAppender(log);
    }

    @Test
    void aPersonSignsUpWithTheCode() throws Exception {
        assertThat(get("/")).contains("Send me a code").doesNotContain("id=\"code\"");
        assertThat(post("/send", "address", "050 123 4567"))
                .contains("We sent a code to +966•••••4567.", "autocomplete=\"one-time-code\"");
        String code = code();

        assertThat(post("/verify", "code", code)).contains("Welcome, +966501234567.");
        assertThat(post("/verify", "code", code)).contains("This code is not valid any more.");
    }

    @Test
    void aPersonReadsTheReasonAndGoesOn() throws Exception {
        assertThat(post("/send", "address", "nobody")).contains("This is neither an email address nor a phone number.");
        post("/send", "address", "huda@example.com");
        String code = code();

        assertThat(post("/send", "address", "huda@example.com"))
                .contains("A code was sent a moment ago", "id=\"code\"");
        assertThat(post("/verify", "code", other(code))).contains("Wrong code. Attempts left: 4", "id=\"code\"");
        assertThat(post("/verify", "code", "12345")).contains("A code has 6 digits.", "id=\"code\"");
        assertThat(post("/verify", "code", code)).contains("Welcome, huda@example.com.");
    }

    @Test
    void aCodeIsOfNoUseInAnotherBrowser() throws Exception {
        post("/send", "address", "salma@example.com");
        String code = code();
        HttpClient stranger =
                HttpClient.newBuilder().cookieHandler(new CookieManager()).build();

        assertThat(post(stranger, "/verify", "code", code)).contains("This code is not valid any more.");
        assertThat(post("/verify", "code", code)).contains("Welcome, salma@example.com.");
    }

    private String code() {
        String text = log.list.get(log.list.size() - 1).getFormattedMessage();
        Matcher code = CODE.matcher(text);
        assertThat(code.find()).as("a code in %s", text).isTrue();
        return code.group();
    }

    private static String other(String code) {
        return code.charAt(0) == '0' ? "1" + code.substring(1) : "0" + code.substring(1);
    }

    private String get(String path) throws IOException, InterruptedException {
        return browser.send(HttpRequest.newBuilder(url(path)).build(), BodyHandlers.ofString())
                .body();
    }

    private String post(String path, String... form) throws IOException, InterruptedException {
        return post(browser, path, form);
    }

    private static String post(HttpClient browser, String path, String... form)
            throws IOException, InterruptedException {
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < form.length; i += 2) {
            body.append(form[i])
                    .append('=')
                    .append(URLEncoder.encode(form[i + 1], StandardCharsets.UTF_8))
                    .append('&');
        }
        HttpRequest request = HttpRequest.newBuilder(url(path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body.toString()))
                .build();
        return browser.send(request, BodyHandlers.ofString()).body();
    }

    private static URI url(String path) {
        return URI.create("http://127.0.0.1:" + application.getWebServer().getPort() + path);
    }
}
