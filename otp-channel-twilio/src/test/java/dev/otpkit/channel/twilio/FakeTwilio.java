package dev.otpkit.channel.twilio;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.extension.ResponseDefinitionTransformerV2;
import com.github.tomakehurst.wiremock.http.Request;
import com.github.tomakehurst.wiremock.http.ResponseDefinition;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Behaves as Twilio does: takes messages and repeats them, or refuses them and repeats them too. On the loopback interface. */
final class FakeTwilio implements AutoCloseable {
    private final AtomicInteger messages = new AtomicInteger();
    private final WireMockServer server;
    private volatile Function<Request, ResponseDefinitionBuilder> behaviour;

    FakeTwilio() {
        server = new WireMockServer(wireMockConfig()
                .bindAddress("127.0.0.1")
                .dynamicPort()
                .dynamicHttpsPort()
                .containerThreads(20)
                .jettyStopTimeout(100L)
                .extensions(new Behaviour()));
        server.start();
        server.stubFor(any(anyUrl()).willReturn(aResponse()));
        accept();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.port());
    }

    URI httpsUrl() {
        return URI.create("https://localhost:" + server.httpsPort());
    }

    /** 201 and the message, which repeats what was asked. */
    void accept() {
        behaviour = request -> json(201, message(request));
    }

    /** 201 and a message that Twilio has refused at once. */
    void acceptAndRefuse(String status, Integer code) {
        behaviour = request -> json(
                201,
                message(request)
                        .put("status", status)
                        .put("error_code", code)
                        .put("error_message", "refused: " + everythingOf(request)));
    }

    /** An error in Twilio's own form, which repeats what was asked. */
    void refuse(int status, Integer code) {
        behaviour = request -> json(
                status,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("code", code)
                        .put("message", "Refused: " + everythingOf(request))
                        .put("more_info", "https://www.twilio.com/docs/errors/" + code)
                        .put("status", status));
    }

    /** An error in the form of RFC 9457, which repeats what was asked. */
    void refuseAsProblem(int status, Integer code) {
        behaviour = request -> {
            ObjectNode problem = JsonNodeFactory.instance
                    .objectNode()
                    .put("type", "https://www.twilio.com/docs/api/errors/" + code)
                    .put("title", "Not this way")
                    .put("status", status)
                    .put("detail", "No: " + everythingOf(request))
                    .put("code", code);
            problem.putArray("errors").addObject().put("detail", "Body: " + everythingOf(request));
            return json(status, problem);
        };
    }

    /** An error with these words, in each place that has any. */
    void refuseSaying(String words) {
        behaviour = request -> {
            ObjectNode problem = JsonNodeFactory.instance
                    .objectNode()
                    .put("code", 21211)
                    .put("message", words)
                    .put("detail", words);
            problem.putArray("errors").addObject().put("detail", words);
            return json(400, problem);
        };
    }

    void answer(ResponseDefinitionBuilder answer) {
        behaviour = request -> answer;
    }

    /** Returns what was posted to the account's messages, decoded, one form per POST. */
    List<Map<String, String>> posts() {
        return requests().stream().map(FakeTwilio::form).toList();
    }

    /** Returns everything that was asked, by whatever method. */
    List<Request> requests() {
        return server.getAllServeEvents().stream()
                .map(event -> (Request) event.getRequest())
                .toList();
    }

    void forget() {
        server.resetRequests();
    }

    /** Closes the port. */
    void stop() {
        server.stop();
    }

    @Override
    public void close() {
        server.stop();
    }

    private ObjectNode message(Request request) {
        Map<String, String> form = form(request);
        return JsonNodeFactory.instance
                .objectNode()
                .put("account_sid", TestMessages.ACCOUNT)
                .put("api_version", "2010-04-01")
                .put("body", form.get("Body"))
                .put("date_created", "Thu, 24 Aug 2023 05:01:45 +0000")
                .put("direction", "outbound-api")
                .putNull("error_code")
                .putNull("error_message")
                .put("from", form.get("From"))
                .put("num_segments", "1")
                .put("price_unit", "")
                .put("sid", String.format(Locale.ROOT, "SM%032x", messages.incrementAndGet()))
                .put("status", form.containsKey("MessagingServiceSid") ? "accepted" : "queued")
                .put("to", form.get("To"));
    }

    private static String everythingOf(Request request) {
        return form(request) + " " + request.getBodyAsString() + " " + request.getHeader("Authorization") + " "
                + TestMessages.TOKEN + " " + URLEncoder.encode(TestMessages.TOKEN, StandardCharsets.UTF_8);
    }

    static Map<String, String> form(Request request) {
        Map<String, String> form = new HashMap<>();
        for (String pair : request.getBodyAsString().split("&", -1)) {
            String[] parts = pair.split("=", 2);
            String earlier = form.put(decoded(parts[0]), decoded(parts[1]));
            if (earlier != null) {
                throw new IllegalStateException("repeated " + parts[0]);
            }
        }
        return form;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static ResponseDefinitionBuilder json(int status, ObjectNode body) {
        return aResponse()
                .withStatus(status)
                .withHeader("Content-Type", "application/json")
                .withBody(body.toString());
    }

    private final class Behaviour implements ResponseDefinitionTransformerV2 {
        @Override
        public ResponseDefinition transform(ServeEvent event) {
            return behaviour.apply(event.getRequest()).build();
        }

        @Override
        public String getName() {
            return "behaviour";
        }
    }
}
