package dev.otpkit.channel.smtp;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import com.google.gson.JsonParser;
import dev.otpkit.testkit.MutableClock;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** A token endpoint and a Gmail API with scripted responses, on a free loopback port. */
final class ScriptedGmailServer implements AutoCloseable {
    static final String CLIENT_ID = "fake-client-id.apps.example";
    static final String CLIENT_SECRET = "fake-client-secret+/&%=";
    static final String REFRESH_TOKEN = "1//fake-refresh-token_abc";
    static final String TOKEN_START = "ya29.fake-access-token-";
    static final String ACCEPTED = "{\"id\":\"18c5f2a3b4d5e6f7\",\"threadId\":\"18c5f2a3b4d5e6f7\"}";

    private static final String TOKEN_PATH = "/token";
    private static final String SEND_PATH = "/gmail/v1/users/me/messages/send";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final MutableClock clock = MutableClock.create();
    private final WireMockServer server;

    ScriptedGmailServer() {
        server = new WireMockServer(options()
                .bindAddress("127.0.0.1")
                .dynamicPort()
                .httpsPort(0)
                .stubCorsEnabled(false)
                .stubRequestLoggingDisabled(true));
        server.start();
        tokenResponse(token("\"expires_in\":3600,\"token_type\":\"Bearer\""));
        sendResponse(json(200, ACCEPTED));
    }

    static ResponseDefinitionBuilder json(int status, String body) {
        return aResponse()
                .withStatus(status)
                .withHeader("Content-Type", "application/json; charset=UTF-8")
                .withBody(body);
    }

    /** Returns a response with a new access token and these further members. */
    static ResponseDefinitionBuilder token(String members) {
        return json(
                        200,
                        "{\"access_token\":\"" + TOKEN_START + "{{randomValue length=16 type='ALPHANUMERIC'}}\""
                                + (members.isEmpty() ? "" : "," + members) + "}")
                .withTransformers("response-template");
    }

    ScriptedGmailServer tokenResponse(ResponseDefinitionBuilder response) {
        server.stubFor(post(urlPathEqualTo(TOKEN_PATH)).willReturn(response));
        return this;
    }

    ScriptedGmailServer sendResponse(ResponseDefinitionBuilder response) {
        server.stubFor(post(urlPathEqualTo(SEND_PATH)).willReturn(response));
        return this;
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.port());
    }

    URI tokenUrl() {
        return url().resolve(TOKEN_PATH);
    }

    URI untrustedUrl() {
        return URI.create("https://localhost:" + server.httpsPort());
    }

    MutableClock clock() {
        return clock;
    }

    OAuth2.Builder oauth2() {
        return OAuth2.builder()
                .tokenEndpoint(tokenUrl())
                .clientId(CLIENT_ID)
                .clientSecret(CLIENT_SECRET)
                .refreshToken(REFRESH_TOKEN)
                .clock(clock);
    }

    /** Returns the requests for a token, as soon as there are so many. */
    List<Map<String, String>> tokenRequests(int atLeast) {
        return await(TOKEN_PATH, atLeast).stream()
                .map(request -> form(request.getBodyAsString()))
                .toList();
    }

    List<LoggedRequest> sends(int atLeast) {
        return await(SEND_PATH, atLeast);
    }

    List<MimeMessage> mails(int atLeast) throws MessagingException {
        List<MimeMessage> mails = new ArrayList<>();
        for (LoggedRequest send : sends(atLeast)) {
            String raw = JsonParser.parseString(send.getBodyAsString())
                    .getAsJsonObject()
                    .get("raw")
                    .getAsString();
            mails.add(new MimeMessage(
                    Session.getInstance(new Properties()),
                    new ByteArrayInputStream(Base64.getUrlDecoder().decode(raw))));
        }
        return mails;
    }

    void forgetRequests() {
        server.resetRequests();
    }

    @Override
    public void close() {
        server.stop();
    }

    /** A request is in the journal only some time after it was made. */
    private List<LoggedRequest> await(String path, int atLeast) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        List<LoggedRequest> requests = server.findAll(postRequestedFor(urlPathEqualTo(path)));
        while (requests.size() < atLeast) {
            assertThat(System.nanoTime()).as("requests to " + path).isLessThan(end);
            Thread.onSpinWait();
            requests = server.findAll(postRequestedFor(urlPathEqualTo(path)));
        }
        return requests;
    }

    private static Map<String, String> form(String body) {
        Map<String, String> fields = new HashMap<>();
        for (String field : body.split("&", -1)) {
            String[] parts = field.split("=", -1);
            assertThat(parts).hasSize(2);
            fields.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return fields;
    }
}
