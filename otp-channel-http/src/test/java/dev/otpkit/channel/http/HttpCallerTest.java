package dev.otpkit.channel.http;

import static dev.otpkit.channel.http.ScriptedHttpServer.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.otpkit.spi.DeliveryFailure.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class HttpCallerTest {
    private static final Map<String, String> HEADERS = Map.of("Content-Type", "text/plain; charset=utf-8");
    private static final String BODY = "code=123456 رمز";

    private final HttpCaller caller = HttpCaller.create(Duration.ofSeconds(10));
    private final HttpCaller hasty = HttpCaller.create(Duration.ofMillis(500));
    private ScriptedHttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedHttpServer();
    }

    /** The first call of a JVM takes longer than the time-outs of these tests, if the machine has other things to do. */
    @BeforeAll
    static void warmUp() throws Exception {
        try (ScriptedHttpServer first = new ScriptedHttpServer()) {
            first.answer(ok(""));
            HttpCaller.create(Duration.ofSeconds(20)).post(first.url("http"), HEADERS, BODY);
        }
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void sendsATextAndReturnsTheAnswer() throws Exception {
        server.answer(ok("جيد"));

        ProviderResponse answer = caller.post(server.url("http"), HEADERS, BODY);

        assertThat(answer).isEqualTo(new ProviderResponse(200, "جيد"));
        assertThat(server.requests())
                .singleElement()
                .asString()
                .startsWith("POST /path HTTP/1.1\r\n")
                .endsWith(BODY);
        assertThat(server.requests().get(0)).doesNotContainIgnoringCase("upgrade");
    }

    @Test
    void asksForAText() throws Exception {
        server.answer(ok("42"));

        assertThat(caller.get(server.url("http"), Map.of("Accept", "text/plain"))
                        .text())
                .isEqualTo("42");
        assertThat(server.requests())
                .singleElement()
                .asString()
                .startsWith("GET /path")
                .contains("Accept: text/plain");
    }

    @Test
    void keepsItsConnection() throws Exception {
        server.answer(ok("x"));
        for (int i = 0; i < 20; i++) {
            assertThat(caller.post(server.url("http"), HEADERS, BODY).isSuccess())
                    .isTrue();
        }
        assertThat(server.requests()).hasSize(20);
        assertThat(server.connections()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 302, 307, 308, 400, 401, 407, 408, 421, 425, 429, 500, 502, 503, 504})
    void returnsWhateverStatusAfterOneRequest(int status) throws Exception {
        server.answer("HTTP/1.1 " + status + " So\r\nRetry-After: 0\r\nLocation: /elsewhere\r\n"
                + "WWW-Authenticate: Basic realm=x\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n");

        assertThat(caller.post(server.url("http"), HEADERS, BODY)).isEqualTo(new ProviderResponse(status, ""));
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void doesNotKnowWhatBecameOfARequestThatIsNotAnswered() {
        assertThat(failure(hasty, server.url("http")).kind()).isEqualTo(Kind.UNCERTAIN);
        assertThat(failure(hasty, server.url("http"))).hasMessageContaining("did not answer within PT0.5S");
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void boundsAnAnswerThatNeverEnds() {
        server.answer("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbut no more than this");

        NoResponseException thrown = failure(hasty, server.url("http"));
        assertThat(thrown.kind()).isEqualTo(Kind.UNCERTAIN);
        assertThat(thrown).hasMessageEndingWith("did not answer within PT0.5S");
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
    void doesNotKnowWhatBecameOfARequestWhoseAnswerIsBroken(String answer) {
        server.answerAndClose(answer);

        NoResponseException thrown = failure(caller, server.url("http"));

        assertThat(thrown.kind()).isEqualTo(Kind.UNCERTAIN);
        assertThat(thrown).hasMessageStartingWith("no answer from 127.0.0.1:").hasNoCause();
        assertThat(thrown.getMessage()).doesNotContain("123456");
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void takesNoAnswerThatIsTooLong() throws Exception {
        server.answer(ok("x".repeat(256 * 1024)));
        assertThat(caller.post(server.url("http"), HEADERS, BODY).text()).hasSize(256 * 1024);

        server.answer(ok("x".repeat(256 * 1024 + 1)));
        assertThat(failure(caller, server.url("http")).kind()).isEqualTo(Kind.UNCERTAIN);
        server.answer(ok("x".repeat(4 * 1024 * 1024)));
        assertThat(failure(caller, server.url("http")).kind()).isEqualTo(Kind.UNCERTAIN);
    }

    @Test
    void keepsNoConnectionForLong() throws Exception {
        AtomicLong seconds = new AtomicLong();
        HttpCaller forgetful =
                HttpCaller.createBounded(Duration.ofSeconds(10), () -> TimeUnit.SECONDS.toNanos(seconds.getAndAdd(31)));
        server.answer(ok("x"));
        for (int i = 0; i < 3; i++) {
            forgetful.post(server.url("http"), HEADERS, BODY);
        }
        assertThat(server.connections()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"})
    void closesAConnectionOverWhichNoAnswerCameInTime(String answer) throws Exception {
        server.answer(answer);

        failure(hasty, server.url("http"));

        assertThat(server.awaitEndOfConnections()).isTrue();
    }

    @Test
    void closesAConnectionOverWhichTooMuchCame() throws Exception {
        server.answer("HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n" + "x".repeat(1_000_000));

        failure(caller, server.url("http"));

        assertThat(server.awaitEndOfConnections()).isTrue();
    }

    @Test
    void doesNotKnowWhatBecameOfARequestWhoseAnswerHasALengthThatIsNoNumber() {
        server.answer("HTTP/1.1 200 OK\r\nContent-Length: code=123456\r\n\r\nx");

        NoResponseException thrown = failure(caller, server.url("http"));

        assertThat(thrown.kind()).isEqualTo(Kind.UNCERTAIN);
        assertThat(thrown.getMessage()).doesNotContain("123456");
    }

    @Test
    void saysOfAQuestionOnlyThatThereIsNoAnswer() {
        for (String answer : List.of("", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")) {
            server.answerAndClose(answer);
            NoResponseException thrown =
                    catchThrowableOfType(NoResponseException.class, () -> caller.get(server.url("http"), Map.of()));
            assertThat(thrown.kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(thrown).hasMessageStartingWith("no answer from 127.0.0.1:");
        }
        server.answer("");
        assertThat(catchThrowableOfType(NoResponseException.class, () -> hasty.get(server.url("http"), Map.of())))
                .hasMessageEndingWith("did not answer within PT0.5S");
    }

    @Test
    void sendsNothingWithoutTime() {
        NoResponseException thrown = catchThrowableOfType(
                NoResponseException.class, () -> caller.post(server.url("http"), HEADERS, BODY, Duration.ZERO));
        assertThat(thrown.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(server.connections()).isZero();
    }

    @Test
    void asksOnceOverAConnectionThatTheServerHasClosedMeanwhile() throws Exception {
        server.answerAndClose(ok("x"));
        for (int i = 1; i <= 20; i++) {
            try {
                caller.post(server.url("http"), HEADERS, BODY);
            } catch (NoResponseException e) {
                assertThat(e.kind()).isEqualTo(Kind.UNCERTAIN);
            }
            assertThat(server.requests()).hasSizeLessThanOrEqualTo(i);
        }
    }

    @Test
    void asksOnceOverAConnectionThatTheServerClosesInsteadOfAnAnswer() throws Exception {
        server.answer(ok("x"));
        caller.post(server.url("http"), HEADERS, BODY);
        server.answerAndClose("");

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
        assertThat(refused).hasMessage("no connection to 127.0.0.1:" + closed + ": ConnectException");

        NoResponseException unknown = failure(caller, URI.create("http://host.invalid/"));
        assertThat(unknown.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(unknown).hasMessage("no address is known for host.invalid");
    }

    @Test
    void knowsThatNothingLeftForAPortThatTakesNoConnections() throws Exception {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < 4; i++) {
                // Fill the backlog, so that the next connection is neither taken nor refused.
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

    @Test
    void keepsTheInterruptAndDoesNotKnow() {
        Thread.currentThread().interrupt();
        NoResponseException thrown = failure(caller, server.url("http"));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(thrown.kind()).isEqualTo(Kind.UNCERTAIN);
    }

    @Test
    void namesAHeaderThatCanNotBeSentWithoutItsValue() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> caller.post(server.url("http"), Map.of("Authorization", "fake\r\ntoken"), BODY))
                .withMessage("Authorization must be a header that HTTP can carry")
                .withNoCause();
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void saysAFailureAsAChannelDoes() {
        NoResponseException thrown = new NoResponseException(Kind.UNAVAILABLE, "no connection");

        assertThat(thrown.asFailureOf("sms").failure().toString())
                .isEqualTo("DeliveryFailure[channel=sms, kind=UNAVAILABLE, providerCode=Optional.empty, "
                        + "detail=no connection]");
    }

    @Test
    void showsNoTextOfAnAnswer() {
        assertThat(new ProviderResponse(200, "123456")).hasToString("ProviderResponse[status=200]");
    }

    private static NoResponseException failure(HttpCaller caller, URI url) {
        NoResponseException thrown =
                catchThrowableOfType(NoResponseException.class, () -> caller.post(url, HEADERS, BODY));
        assertThat(thrown).isNotNull();
        return thrown;
    }
}
