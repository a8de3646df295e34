package dev.otpkit.examples.spring;

import dev.otpkit.channel.twilio.TwilioSmsChannel;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** A Spring Boot application with a server on a free loopback port, which also responds in place of Twilio. */
@SpringBootApplication
@RestController
class WebApplication {
    /** The header by which a browser asks for a page. */
    private static final String BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    static final String MESSAGE = "SM00000000000000000000000000000000";
    private static final String ACCOUNT = "AC00000000000000000000000000000000";

    record Person(String name, int age) {}

    /** Responds as Twilio does. */
    @PostMapping("/2010-04-01/Accounts/" + ACCOUNT + "/Messages.json")
    @ResponseStatus(HttpStatus.CREATED)
    Map<String, String> message() {
        return Map.of("sid", MESSAGE, "status", "queued");
    }

    @GetMapping("/me")
    Person me() {
        return new Person("Huda", 30);
    }

    @GetMapping("/user-agent")
    String userAgent(@RequestHeader("User-Agent") String userAgent) {
        return userAgent;
    }

    static ServletWebServerApplicationContext start() {
        return (ServletWebServerApplicationContext) new SpringApplicationBuilder(WebApplication.class)
                .web(WebApplicationType.SERVLET)
                .properties("server.address=127.0.0.1", "server.port=0", "spring.main.banner-mode=off")
                .run();
    }

    static URI url(ServletWebServerApplicationContext application, String path) {
        return URI.create("http://127.0.0.1:" + application.getWebServer().getPort() + path);
    }

    static TwilioSmsChannel channel(ServletWebServerApplicationContext application) {
        return TwilioSmsChannel.builder()
                .accountSid(ACCOUNT)
                .authToken("not-a-token")
                .from("+15005550006")
                .baseUrl(url(application, ""))
                .build();
    }

    static HttpResponse<String> asABrowser(URI url) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(url).header("Accept", BROWSER).build(), BodyHandlers.ofString());
    }
}
