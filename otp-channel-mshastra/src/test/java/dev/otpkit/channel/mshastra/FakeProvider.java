package dev.otpkit.channel.mshastra;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.otpkit.PhoneNumber;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.OtpMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Plays the provider: says to every request what it was told to, and remembers each. */
final class FakeProvider implements AutoCloseable {
    static final String USER = "fake-user";
    static final String PASSWORD = "fake-pa\"ss+w\\rd&<é>";
    static final String NUMBER = "966501234567";
    static final String CODE = "48151623";
    static final String TEXT = "Acme: " + CODE + " is your code.";

    static {
        warmUp();
    }

    private final WireMockServer server = new WireMockServer(
            wireMockConfig().bindAddress("127.0.0.1").dynamicPort().dynamicHttpsPort());

    FakeProvider() {
        server.start();
        reset();
    }

    /** Answers once, since the first answer of a JVM takes longer than the time-outs of tests. */
    private static void warmUp() {
        try (FakeProvider first = new FakeProvider()) {
            first.channel().timeout(Duration.ofMinutes(1)).build().deliver(message());
        } catch (DeliveryException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Forgets all, and accepts from now on, with blanks around each value. */
    void reset() {
        server.resetAll();
        answer(200, element(" 4711-0815  ", "  Send Successful "));
    }

    void answer(int status, String body) {
        answer(aResponse().withStatus(status).withBody(body));
    }

    void answer(ResponseDefinitionBuilder response) {
        server.stubFor(any(anyUrl()).willReturn(response));
    }

    void fail(Fault fault) {
        answer(aResponse().withFault(fault));
    }

    void beSilent() {
        answer(aResponse().withFixedDelay(60_000));
    }

    /** Returns the array that answers one message. */
    static String element(String id, String text) {
        JsonObject element = new JsonObject();
        element.addProperty("msg_id", id);
        element.addProperty("number", " " + NUMBER + " ");
        element.addProperty("str_response", text);
        JsonArray all = new JsonArray();
        all.add(element);
        return all.toString();
    }

    List<LoggedRequest> requests() {
        return server.getAllServeEvents().stream().map(ServeEvent::getRequest).toList();
    }

    LoggedRequest request() {
        return requests().get(0);
    }

    /** Returns what each POST asked to send, the latest first. */
    List<JsonObject> sent() {
        return requests().stream()
                .map(request -> JsonParser.parseString(request.getBodyAsString())
                        .getAsJsonArray()
                        .get(0)
                        .getAsJsonObject())
                .toList();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.port());
    }

    /** Returns where nobody listens any more. */
    static URI closedUrl() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return URI.create("http://127.0.0.1:" + socket.getLocalPort());
        }
    }

    URI untrustedUrl() {
        return URI.create("https://localhost:" + server.httpsPort());
    }

    MshastraChannel.Builder channel() {
        return MshastraChannel.builder()
                .username(USER)
                .password(PASSWORD)
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
        server.stop();
    }
}
