package dev.otpkit.channel.mshastra;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.http.Fault;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.otpkit.PhoneNumber;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.OtpMessage;
import dev.otpkit.testkit.FakeMshastra;
import dev.otpkit.testkit.FakeProvider.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The testkit's stand-in with an account for these tests, and a server beside it for connections that break. */
final class TestProvider implements AutoCloseable {
    static final String USER = FakeMshastra.USERNAME;
    static final String PASSWORD = "fake-pa\"ss+w\\rd&<é>";
    static final String NUMBER = "966501234567";
    static final String CODE = "48151623";
    static final String TEXT = "Acme: " + CODE + " is your code.";

    static {
        warmUp();
    }

    private final FakeMshastra mshastra;
    private final String password;
    private final WireMockServer broken = new WireMockServer(
            wireMockConfig().bindAddress("127.0.0.1").dynamicPort().dynamicHttpsPort());

    TestProvider() {
        this(FakeMshastra.PASSWORD);
    }

    TestProvider(String password) {
        this.password = password;
        this.mshastra = FakeMshastra.start(USER, password);
    }

    /** Responds once, since the first response of a JVM takes longer than the time-outs of tests. */
    private static void warmUp() {
        try (TestProvider first = new TestProvider()) {
            first.channel().timeout(Duration.ofMinutes(1)).build().deliver(message());
        } catch (DeliveryException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Forgets all requests, and accepts messages from now on. */
    void reset() {
        mshastra.recover();
        mshastra.clear();
        broken.resetRequests();
    }

    FakeMshastra standIn() {
        return mshastra;
    }

    void respond(int status, String body) {
        mshastra.respondWith(status, body);
    }

    void beSilent() {
        mshastra.hang();
    }

    /** Returns a URL at which every connection breaks in this way. */
    URI brokenUrl(Fault fault) {
        start();
        broken.stubFor(any(anyUrl()).willReturn(aResponse().withFault(fault)));
        return URI.create("http://127.0.0.1:" + broken.port());
    }

    /** Returns the number of requests to a broken URL, or to the one that is not trusted. */
    int requestsThatBroke() {
        return broken.getAllServeEvents().size();
    }

    private void start() {
        if (!broken.isRunning()) {
            broken.start();
        }
    }

    /** Returns the array of the response to one message. */
    static String element(String id, String text) {
        JsonObject element = new JsonObject();
        element.addProperty("msg_id", id);
        element.addProperty("number", " " + NUMBER + " ");
        element.addProperty("str_response", text);
        JsonArray all = new JsonArray();
        all.add(element);
        return all.toString();
    }

    List<Request> requests() {
        return mshastra.requests();
    }

    Request request() {
        List<Request> requests = requests();
        return requests.get(requests.size() - 1);
    }

    /** Returns the messages of all POSTs. */
    List<JsonObject> sent() {
        return requests().stream()
                .map(request -> JsonParser.parseString(request.body())
                        .getAsJsonArray()
                        .get(0)
                        .getAsJsonObject())
                .toList();
    }

    JsonObject lastSent() {
        List<JsonObject> sent = sent();
        return sent.get(sent.size() - 1);
    }

    URI url() {
        return mshastra.url();
    }

    /** Returns a URL on which no server listens any more. */
    static URI closedUrl() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return URI.create("http://127.0.0.1:" + socket.getLocalPort());
        }
    }

    URI untrustedUrl() {
        start();
        return URI.create("https://localhost:" + broken.httpsPort());
    }

    MshastraChannel.Builder channel() {
        return MshastraChannel.builder()
                .username(USER)
                .password(password)
                .sender("Acme")
                .baseUrl(url())
                .timeout(Duration.ofSeconds(5));
    }

    static OtpMessage message() {
        return message("+" + NUMBER, Locale.ENGLISH, TEXT);
    }

    static OtpMessage message(String number, Locale locale, String text) {
        return new OtpMessage(
                new PhoneNumber(number),
                CODE,
                "login",
                locale,
                Duration.ofMinutes(5),
                "Your code",
                text,
                Optional.empty());
    }

    @Override
    public void close() {
        mshastra.close();
        broken.stop();
    }
}
