package dev.otpkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otpkit.testkit.FakeProvider.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** The behaviour of any stand-in, on one whose provider takes the body of a request for the text of a message. */
class FakeProviderTest {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final FakeProvider provider = new FakeProvider("FakeEcho") {
        @Override
        protected Response respond(Request request) {
            String id = "echo-" + nextNumber();
            take(new Message(id, "Acme", "+966501234567", "", request.body()));
            return new Response(201, id);
        }

        @Override
        protected boolean mayBringMessage(Request request) {
            return request.method().equals("POST");
        }
    };

    @AfterEach
    void stop() {
        provider.close();
    }

    @Test
    void takesMessagesAndShowsRequests() throws Exception {
        HttpResponse<String> response = post("Your code is 123456.");

        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.body()).isEqualTo("echo-1");
        assertThat(provider.messages()).extracting(FakeProvider.Message::code).containsExactly("123456");
        assertThat(provider.requests())
                .singleElement()
                .satisfies(
                        request -> assertThat(request.uri()).isEqualTo(URI.create("/sms?from=Acme+%26+Co")),
                        request -> assertThat(request.query()).containsEntry("from", "Acme & Co"));
    }

    @Test
    void readsChunksAndContinuesWhereItIsAskedTo() throws Exception {
        HTTP.send(
                HttpRequest.newBuilder(provider.url())
                        .expectContinue(true)
                        .POST(BodyPublishers.fromPublisher(BodyPublishers.ofString("Your code is 123456. €")))
                        .build(),
                BodyHandlers.ofString());

        assertThat(provider.messages())
                .extracting(FakeProvider.Message::text)
                .containsExactly("Your code is 123456. €");
    }

    @Test
    void takesOneMessagePerIdempotencyKey() throws Exception {
        assertThat(post("first", "key-1").body()).isEqualTo("echo-1");
        assertThat(post("first", "key-1").body()).isEqualTo("echo-1");
        assertThat(post("second", "key-2").body()).isEqualTo("echo-2");

        assertThat(provider.messages()).extracting(FakeProvider.Message::text).containsExactly("first", "second");
        assertThat(provider.requests()).hasSize(3);
    }

    /** Several times, since a socket that is closed may take another connection. */
    @RepeatedTest(20)
    void isUnreachableUntilItRecoversAtTheSamePlace() throws Exception {
        post("first");
        URI before = provider.url();

        provider.failWith(Fault.UNREACHABLE);
        // The client may still have the connection of before, which has just been closed.
        assertThatThrownBy(() -> new Socket(before.getHost(), before.getPort())).isInstanceOf(ConnectException.class);
        assertThat(provider.connections()).isZero();
        provider.recover();
        post("third");

        assertThat(provider.url()).isEqualTo(before);
        assertThat(provider.messages()).extracting(FakeProvider.Message::text).containsExactly("first", "third");
    }

    @Test
    void staysUnreachableWhenItIsClosed() {
        provider.close();
        provider.recover();

        assertThatThrownBy(() -> post("late")).isInstanceOf(ConnectException.class);
    }

    @Test
    void takesWhatItThenLeavesWithoutAResponse() {
        for (Fault fault : new Fault[] {Fault.RESET, Fault.BROKEN_RESPONSE, Fault.GARBAGE}) {
            provider.clear();
            provider.failWith(fault);

            assertThatThrownBy(() -> post("lost")).as("%s", fault).isInstanceOf(IOException.class);
            assertThat(provider.messages()).as("%s", fault).hasSize(1);
            assertThat(provider.requests()).as("%s", fault).hasSize(1);
        }
    }

    @Test
    void dripsUntilItRecovers() throws Exception {
        provider.failWith(Fault.DRIPPED_BODY);
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write("POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\nx".getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            String head = "";
            while (!head.endsWith("\r\n\r\n   ")) {
                head += (char) in.read();
            }
            assertThat(head).startsWith("HTTP/1.1 201 -\r\n");

            provider.recover();
            in.transferTo(OutputStream.nullOutputStream());
        }
        assertThat(provider.messages()).hasSize(1);
    }

    @Test
    void respondsToHeldRequestsOnceTheyAreAllThere() throws Exception {
        provider.hold(2);
        CompletableFuture<HttpResponse<String>> first = HTTP.sendAsync(request("first"), BodyHandlers.ofString());
        while (provider.requests().isEmpty()) {
            Thread.sleep(1);
        }
        assertThat(first).isNotDone();

        post("second");

        assertThat(first.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(201);
        assertThat(post("third").statusCode()).isEqualTo(201);
    }

    @Test
    void failsForMessagesAlone() throws Exception {
        provider.failWith(Fault.RESET);

        assertThat(HTTP.send(HttpRequest.newBuilder(provider.url()).build(), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void refusesWhatIsNoRequest() throws Exception {
        for (String words : new String[] {
            "PRI * HTTP/2.0\r\n\r\n", "GET\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: x" + "\r\n\r\n"
        }) {
            try (Socket socket = connect()) {
                socket.getOutputStream().write(words.getBytes(StandardCharsets.US_ASCII));
                assertThat(socket.getInputStream().read()).as(words).isEqualTo(-1);
            }
        }
        assertThat(provider.requests()).isEmpty();
    }

    private Socket connect() throws IOException {
        return new Socket(
                InetAddress.getByAddress(new byte[] {127, 0, 0, 1}),
                provider.url().getPort());
    }

    private HttpResponse<String> post(String text) throws Exception {
        return HTTP.send(request(text), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String text, String key) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(request(text), (name, value) -> true)
                        .header("X-Idempotency-Key", key)
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpRequest request(String text) {
        return HttpRequest.newBuilder(provider.url().resolve("/sms?from=Acme+%26+Co"))
                .timeout(Duration.ofSeconds(30))
                .POST(BodyPublishers.ofString(text))
                .build();
    }
}
