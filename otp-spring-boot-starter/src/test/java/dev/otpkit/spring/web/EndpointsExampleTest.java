package dev.otpkit.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.spring.web.EndpointsExample.Accounts;
import java.io.IOException;
import java.net.CookieManager;
import java.net.HttpCookie;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;

/** The application of the page, as a client with JavaScript uses it. */
class EndpointsExampleTest {
    private static ServletWebServerApplicationContext application;

    private final CookieManager cookies = new CookieManager();
    private final HttpClient client =
            HttpClient.newBuilder().cookieHandler(cookies).build();

    @BeforeAll
    static void start() {
        application = (ServletWebServerApplicationContext) new SpringApplicationBuilder(EndpointsExample.class)
                .properties("server.address=127.0.0.1", "spring.main.banner-mode=off", "otpkit.development-mode=true")
                .run("--server.port=0", "--otpkit.web.enabled=true", "--otpkit.web.purposes=sign-up,login");
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    @Test
    void aCodeActivatesAnAccount() throws Exception {
        Accounts accounts = application.getBean(Accounts.class);
        accounts.add("huda@example.com");
        assertThat(status("x").statusCode()).isEqualTo(422);

        HttpResponse<String> sent = post("/otp/send", "{\"to\":\"Huda@Example.com\"}");
        assertThat(sent.statusCode()).as(sent.body()).isEqualTo(202);
        String challenge = field(sent, "challengeId");
        HttpResponse<String> verified = post(
                "/otp/verify",
                "{\"challengeId\":\"" + challenge + "\",\"code\":\"" + field(sent, "developmentCode") + "\"}");

        assertThat(verified.statusCode()).as(verified.body()).isEqualTo(200);
        assertThat(accounts.isActive("huda@example.com")).isTrue();
        assertThat(get("/proof").body()).isEqualTo("{\"address\":\"huda@example.com\"}");
    }

    @Test
    void anAddressWithoutAnAccountHasTheSameAnswer() throws Exception {
        Accounts accounts = application.getBean(Accounts.class);
        accounts.add("salma@example.com");
        status("x");

        HttpResponse<String> known = post("/otp/send", "{\"to\":\"salma@example.com\"}");
        HttpResponse<String> unknown = post("/otp/send", "{\"to\":\"samir@example.com\"}");

        assertThat(unknown.statusCode()).isEqualTo(known.statusCode());
        assertThat(shape(unknown)).isEqualTo(shape(known));
        assertThat(post(
                                "/otp/verify",
                                "{\"challengeId\":\"" + field(unknown, "challengeId") + "\",\"code\":\""
                                        + field(unknown, "developmentCode") + "\"}")
                        .statusCode())
                .isEqualTo(422);
    }

    private static String shape(HttpResponse<String> response) {
        return response.body().replaceAll("\":\"[^\"]*\"", "\":\"\"");
    }

    private static String field(HttpResponse<String> response, String name) {
        Matcher field = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(response.body());
        assertThat(field.find()).as("%s in %s", name, response.body()).isTrue();
        return field.group(1);
    }

    private HttpResponse<String> status(String challenge) throws IOException, InterruptedException {
        return get("/otp/status?challengeId=" + challenge);
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(url(path)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
        String token = cookies.getCookieStore().getCookies().stream()
                .filter(cookie -> cookie.getName().equals("XSRF-TOKEN"))
                .map(HttpCookie::getValue)
                .findFirst()
                .orElse("");
        return client.send(
                HttpRequest.newBuilder(url(path))
                        .header("Content-Type", "application/json")
                        .header("X-XSRF-TOKEN", token)
                        .POST(BodyPublishers.ofString(json))
                        .build(),
                BodyHandlers.ofString());
    }

    private static URI url(String path) {
        return URI.create("http://127.0.0.1:" + application.getWebServer().getPort() + path);
    }
}
