package dev.otpkit.channel.http;

import static dev.otpkit.channel.http.ScriptedHttpServer.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.otpkit.PhoneNumber;
import dev.otpkit.spi.Deadline;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.spi.OtpMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class HttpCallerTest {
    private static final String BODY = "code=123456 رمز";

    private final HttpCaller caller = HttpCaller.create("sms", Duration.ofSeconds(10));
    private final HttpCaller hasty = HttpCaller.create("sms", Duration.ofMillis(500));
    private ScriptedHttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedHttpServer();
    }

    /** The first call of a JVM takes longer than the time-outs of these tests on a busy machine. */
    @BeforeAll
    static void warmUp() throws Exception {
        try (ScriptedHttpServer first = new ScriptedHttpServer()) {
            first.respond(ok(""));
            HttpCaller.create("sms", Duration.ofSeconds(20)).send(post(first.url("http")));
        }
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void sendsATextAndReturnsTheAnswer() throws Exception {
        server.respond(ok("جيد"));

        ProviderResponse response = caller.send(post(server.url("http")));

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("جيد");
        assertThat(server.requests())
                .singleElement()
                .asString()
                .startsWith("POST /path HTTP/1.1\r\n")
                .endsWith(BODY);
        assertThat(server.requests().get(0)).doesNotContainIgnoringCase("upgrade");
    }

    @Test
    void asksForATextOfWhichTheUrlSaysAll() throws Exception {
        server.respond(ok("42"));
        ProviderRequest request = ProviderRequest.get(server.url("http"))
                .header("Accept", "text/plain")
                .field("user", "a b&c");

        assertThat(caller.send(request).body()).isEqualTo("42");
        assertThat(server.requests())
                .singleElement()
                .asString()
                .startsWith("GET /path?user=a+b%26c HTTP/1.1\r\n")
                .contains("Accept: text/plain")
                .doesNotContainIgnoringCase("transfer-encoding")
                .endsWith("\r\n\r\n");
    }

    @Test
    void keepsItsConnection() throws Exception {
        server.respond(ok("x"));
        for (int i = 0; i < 20; i++) {
            assertThat(caller.send(post(server.url("http"))).isSuccess()).isTrue();
        }
        assertThat(server.requests()).hasSize(20);
        assertThat(server.connections()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 302, 307, 308, 400, 401, 407, 408, 421, 425, 429, 500, 502, 503, 504})
    void returnsWhateverStatusAfterOneRequest(int status) throws Exception {
        server.respond("HTTP/1.1 " + status + " So\r\nRetry-After: 0\r\nLocation: /elsewhere\r\n"
                + "WWW-Authenticate: Basic realm=x\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n");

        ProviderResponse response = caller.send(post(server.url("http")));

        assertThat(response.status()).isEqualTo(status);
        assertThat(response.body()).isEmpty();
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void doesNotKnowWhatBecameOfARequestThatIsNotAnswered() {
        assertThat(failure(hasty, server.url("http")).kind()).isEqualTo(Kind.UNCERTAIN);
        assertThat(failure(hasty, server.url("http"))).hasMessageContaining("did not respond within PT0.5S");
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void boundsAnAnswerThatNeverEnds() {
        server.respond("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbut no more than this");

        NoResponseException thrown = failure(hasty, server.url("http"));
        assertThat(thrown.kind()).isEqualTo(Kind.UNCERTAIN);
        assertThat(thrown).hasMessageEndingWith("did not respond within PT0.5S");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\nContent-Le",
                "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "code=123456 is no HTTP\r\n\r\n"
            })
    void doesNotKnowWhatBecameOfARequestWhoseAnswerIsBroken(String response) {
        server.respondAndClose(response);

        NoResponseException thrown = failure(caller, server.url("http"));

        assertThat(thrown.kind()).isEqualTo(Kind.UNCERTAIN);
        assertThat(thrown).hasMessageContaining("no response from 127.0.0.1:").hasNoCause();
        assertThat(thrown.getMessage()).doesNotContain("123456");
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void takesNoAnswerThatIsTooLong() throws Exception {
        server.respond(ok("x".repeat(256 * 1024)));
        assertThat(caller.send(post(server.url("http"))).body()).hasSize(256 * 1024);

        server.respond(ok("x".repeat(256 * 1024 + 1)));
        assertThat(failure(caller, server.url("http")).kind()).isEqualTo(Kind.UNCERTAIN);
        server.respond(ok("x".repeat(4 * 1024 * 1024)));
        assertThat(failure(caller, server.url("http")).kind()).isEqualTo(Kind.UNCERTAIN);
    }

    @Test
    void keepsNoConnectionForLong() throws Exception {
        AtomicLong seconds = new AtomicLong();
        HttpCaller forgetful = HttpCaller.createBounded(
                "sms", Duration.ofSeconds(10), () -> TimeUnit.SECONDS.toNanos(seconds.getAndAdd(31)));
        server.respond(ok("x"));
        for (int i = 0; i < 3; i++) {
            forgetful.send(post(server.url("http")));
        }
        assertThat(server.connections()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"})
    void closesAConnectionOverWhichNoAnswerCameInTime(String response) throws Exception {
        server.respond(response);

        failure(hasty, server.url("http"));

        assertThat(server.awaitEndOfConnections()).isTrue();
    }

    @Test
    void closesAConnectionOverWhichTooMuchCame() throws Exception {
        server.respond("HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n" + "x".repeat(1_000_000));

        failure(caller, server.url("http"));

        assertThat(server.awaitEndOfConnections()).isTrue();
    }

    @Test
    void doesNotKnowWhatBecameOfARequestWhoseAnswerHasALengthThatIsNoNumber() {
        server.respond("HTTP/1.1 200 OK\r\nContent-Length: code=123456\r\n\r\nx");

        NoResponseException thrown = failure(caller, server.url("http"));

        assertThat(thrown.kind()).isEqualTo(Kind.UNCERTAIN);
        assertThat(thrown.getMessage()).doesNotContain("123456");
    }

    static Stream<UnaryOperator<ProviderRequest>> requestsWithoutABody() {
        return Stream.of(request -> ProviderRequest.get(request.url()), request -> ProviderRequest.post(request.url()));
    }

    @ParameterizedTest
    @MethodSource("requestsWithoutABody")
    void makesARequestWithoutABodyOnce(UnaryOperator<ProviderRequest> kind) throws Exception {
        ProviderRequest request = kind.apply(post(server.url("http")));
        for (String response : List.of("", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")) {
            int before = server.requests().size();
            server.respondAndClose(response);

            assertThat(failure(caller, request).kind()).isEqualTo(Kind.UNCERTAIN);
            assertThat(server.requests()).hasSize(before + 1);
        }
        server.respond(ok("x"));
        caller.send(request);
        int before = server.requests().size();
        server.respondAndClose("");

        // Over a connection that was used before, where the client itself would make a second request.
        assertThat(failure(caller, request)).hasMessageContaining("no response from 127.0.0.1:");
        assertThat(server.requests()).hasSize(before + 1);

        server.respond("");
        NoResponseException slow = failure(hasty, request);
        assertThat(slow.kind()).isEqualTo(Kind.UNCERTAIN);
        assertThat(slow).hasMessageEndingWith("did not respond within PT0.5S");
    }

    @ParameterizedTest
    @MethodSource("requestsWithoutABody")
    void knowsThatARequestWithoutABodyDidNotLeave(UnaryOperator<ProviderRequest> kind) throws Exception {
        try (Socket deaf = new Socket()) {
            deaf.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            URI refusing = URI.create("http://127.0.0.1:" + deaf.getLocalPort() + "/");

            assertThat(failure(caller, kind.apply(post(refusing))).kind()).isEqualTo(Kind.UNAVAILABLE);
        }
        assertThat(failure(hasty, kind.apply(post(server.url("https")))).kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void boundsARequestMoreCloselyIfItSaysSo() throws Exception {
        ProviderRequest request = post(server.url("http"));
        server.respond(ok("x"));
        // On a busy machine the first connection alone can take longer than the time-out.
        caller.send(request.within(Duration.ofMinutes(1)));
        server.respond("");

        NoResponseException late = failure(caller, request.within(Duration.ofMillis(200)));
        assertThat(late.kind()).isEqualTo(Kind.UNCERTAIN);
        assertThat(late).hasMessageEndingWith("did not respond within PT0.2S");
        assertThat(failure(hasty, request.within(Duration.ofMinutes(1))))
                .hasMessageEndingWith("did not respond within PT0.5S");
    }

    @Test
    void sendsNothingWithoutTime() {
        for (Duration none : List.of(Duration.ZERO, Duration.ofMillis(-1))) {
            NoResponseException thrown =
                    failure(caller, post(server.url("http")).within(none));

            assertThat(thrown.kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(thrown).hasMessageContaining("no time was left for 127.0.0.1:");
        }
        assertThat(server.connections()).isZero();
    }

    @Test
    void boundsTheRequestOfAMessageByItsDeadline() throws Exception {
        server.respond(ok("x"));
        caller.send(message(Deadline.in(Duration.ofMinutes(1))), post(server.url("http")));
        server.respond("");
        long start = System.nanoTime();

        NoResponseException late = failure(caller, message(Deadline.in(Duration.ofMillis(300))), server.url("http"));

        assertThat(late.kind()).isEqualTo(Kind.UNCERTAIN);
        assertThat(late).hasMessageMatching(".* did not respond within PT0\\.[0-2][0-9]*S");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        assertThat(failure(hasty, message(Deadline.in(Duration.ofMinutes(1))), server.url("http")))
                .hasMessageEndingWith("did not respond within PT0.5S");
        assertThat(failure(hasty, message(Deadline.none()), server.url("http")))
                .hasMessageEndingWith("did not respond within PT0.5S");
    }

    /** The server accepts the connection and never says a word of TLS. */
    @Test
    void boundsTheConnectionForAMessageByItsDeadline() {
        long start = System.nanoTime();

        NoResponseException late = failure(caller, message(Deadline.in(Duration.ofMillis(300))), server.url("https"));

        assertThat(late.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
    }

    @Test
    void sendsNothingAfterTheDeadlineOfAMessage() {
        NoResponseException late = failure(caller, message(Deadline.in(Duration.ZERO)), server.url("http"));

        assertThat(late.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(late).hasMessageContaining("no time was left for 127.0.0.1:");
        assertThat(server.connections()).isZero();
    }

    private static OtpMessage message(Deadline deadline) {
        return new OtpMessage(
                        new PhoneNumber("+966501234567"),
                        "123456",
                        "login",
                        Locale.ENGLISH,
                        Duration.ofMinutes(5),
                        "Your code",
                        "Your code is 123456.",
                        Optional.empty())
                .forDelivery(deadline, () -> "challenge");
    }

    private static NoResponseException failure(HttpCaller caller, OtpMessage message, URI url) {
        NoResponseException thrown =
                catchThrowableOfType(NoResponseException.class, () -> caller.send(message, post(url)));
        assertThat(thrown).isNotNull();
        return thrown;
    }

    @Test
    void asksOnceOverAConnectionThatTheServerHasClosedMeanwhile() throws Exception {
        server.respondAndClose(ok("x"));
        for (int i = 1; i <= 20; i++) {
            try {
                caller.send(post(server.url("http")));
            } catch (NoResponseException e) {
                assertThat(e.kind()).isEqualTo(Kind.UNCERTAIN);
            }
            assertThat(server.requests()).hasSizeLessThanOrEqualTo(i);
        }
    }

    @Test
    void asksOnceOverAConnectionThatTheServerClosesInsteadOfAnAnswer() throws Exception {
        server.respond(ok("x"));
        caller.send(post(server.url("http")));
        server.respondAndClose("");

        assertThat(failure(caller, server.url("http")).kind()).isEqualTo(Kind.UNCERTAIN);
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void knowsThatNothingLeftWithoutAConnection() throws Exception {
        int closed;
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = gone.getLocalPort();
        }
        NoResponseException refused = failure(caller, URI.create("http://127.0.0.1:" + closed));
        assertThat(refused.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(refused).hasMessageEndingWith("no connection to 127.0.0.1:" + closed + ": ConnectException");

        NoResponseException unknown = failure(caller, URI.create("https://host.invalid/"));
        assertThat(unknown.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(unknown).hasMessageEndingWith("no address is known for host.invalid");
    }

    @Test
    void knowsThatNothingLeftForAPortThatTakesNoConnections() throws Exception {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < 4; i++) {
                // Fill the backlog, so that the next connection is neither accepted nor refused.
                Socket socket = new Socket();
                try {
                    socket.connect(full.getLocalSocketAddress(), 100);
                } catch (IOException e) {
                    break;
                }
            }
            NoResponseException thrown = failure(hasty, URI.create("http://127.0.0.1:" + full.getLocalPort()));

            assertThat(thrown.kind()).isEqualTo(Kind.UNAVAILABLE);
        }
    }

    @Test
    void knowsThatNothingLeftWhenTlsDoesNotBegin() {
        assertThat(failure(hasty, server.url("https")).kind()).isEqualTo(Kind.UNAVAILABLE);

        assertThat(server.requests()).isEmpty();
    }

    /** The server has no certificate, and ends the handshake. */
    @Test
    void isMisconfiguredWhereTlsFails() throws Exception {
        try (ServerSocket untrusted =
                SSLServerSocketFactory.getDefault().createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> {
                try (SSLSocket socket = (SSLSocket) untrusted.accept()) {
                    socket.startHandshake();
                } catch (IOException e) {
                    // The handshake has failed.
                }
            });
            thread.setDaemon(true);
            thread.start();

            NoResponseException thrown = failure(caller, URI.create("https://127.0.0.1:" + untrusted.getLocalPort()));

            assertThat(thrown.kind()).isEqualTo(Kind.MISCONFIGURED);
            assertThat(thrown)
                    .hasMessageContaining("no connection to 127.0.0.1:")
                    .hasMessageContaining("handshake");
        }
    }

    @Test
    void keepsTheInterruptAndDoesNotKnow() {
        Thread.currentThread().interrupt();
        NoResponseException thrown = failure(caller, server.url("http"));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(thrown.kind()).isEqualTo(Kind.UNCERTAIN);
    }

    @Test
    void failsAsItsChannel() throws Exception {
        int closed;
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = gone.getLocalPort();
        }

        assertThat(failure(caller, URI.create("http://127.0.0.1:" + closed)).failure())
                .isEqualTo(DeliveryFailure.of(
                        "sms", Kind.UNAVAILABLE, null, "no connection to 127.0.0.1:" + closed + ": ConnectException"));
    }

    @Test
    void checksWhatItIsGiven() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpCaller.create(" ", Duration.ofSeconds(1)))
                .withMessageStartingWith("channel must have 1 to 64 characters");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpCaller.create("sms", Duration.ZERO))
                .withMessageStartingWith("timeout must be within (PT0S, PT1M]");
        assertThatNullPointerException()
                .isThrownBy(() -> caller.send(null, post(server.url("http"))))
                .withMessage("message must not be null");
        assertThat(server.connections()).isZero();
        assertThat(caller).hasToString("HttpCaller[channel=sms, timeout=PT10S]");
    }

    private static ProviderRequest post(URI url) {
        return ProviderRequest.post(url).text("text/plain; charset=utf-8", BODY);
    }

    private static NoResponseException failure(HttpCaller caller, URI url) {
        return failure(caller, post(url));
    }

    private static NoResponseException failure(HttpCaller caller, ProviderRequest request) {
        NoResponseException thrown = catchThrowableOfType(NoResponseException.class, () -> caller.send(request));
        assertThat(thrown).isNotNull();
        return thrown;
    }
}
