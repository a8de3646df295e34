package dev.otpkit.channel.twilio;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.twilio.http.HttpClient;
import com.twilio.http.HttpMethod;
import com.twilio.http.Request;
import com.twilio.http.TwilioRestClient;
import dev.otpkit.channel.http.HttpCaller;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import dev.otpkit.testkit.FakeProvider.Response;
import dev.otpkit.testkit.FakeTwilio;
import dev.otpkit.testkit.LogRecorder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Responses of Twilio: each leads to the right kind, to one POST, and to nothing secret. Each response reaches both
 * channels, on a new connection or one that was used before.
 */
class TwilioResponsesTest {
    private static final String SECRET_PAIR = Base64.getEncoder()
            .encodeToString((TestMessages.ACCOUNT + ":" + TestMessages.TOKEN).getBytes(StandardCharsets.US_ASCII));
    private static final List<String> SECRETS = List.of(
            TestMessages.CODE,
            TestMessages.ADDRESS.substring(1),
            TestMessages.TOKEN,
            URLEncoder.encode(TestMessages.TOKEN, StandardCharsets.UTF_8),
            SECRET_PAIR);
    private static final String HTML =
            "<html><body>" + TestMessages.TEXT + TestMessages.ADDRESS + TestMessages.TOKEN + "</body></html>";
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration SHORT_TIMEOUT = Duration.ofMillis(400);

    private static final FakeTwilio twilio = FakeTwilio.start(TestMessages.ACCOUNT, TestMessages.TOKEN);

    /** A server for responses that are not HTTP, slow or not to be trusted. */
    private static final WireMockServer broken = new WireMockServer(wireMockConfig()
            .bindAddress("127.0.0.1")
            .dynamicPort()
            .dynamicHttpsPort()
            .jettyStopTimeout(100L));

    private final LogRecorder log = LogRecorder.start();
    private final List<DeliveryChannel> channels = channels(twilio.url());

    @BeforeAll
    static void start() {
        broken.start();
    }

    @BeforeEach
    void acceptEverything() {
        twilio.recover();
        twilio.clear();
    }

    @AfterAll
    static void stop() {
        twilio.close();
        broken.stop();
    }

    @AfterEach
    void stopListening() {
        log.close();
        log.texts().forEach(TwilioResponsesTest::assertHarmless);
    }

    @Test
    void sendsNothingOnceItIsClosed() throws Exception {
        for (DeliveryChannel channel : channels) {
            channel.deliver(TestMessages.message());
            channel.close();
            channel.close();

            assertThatIllegalStateException().isThrownBy(() -> channel.deliver(TestMessages.message()));
        }
        assertThat(twilio.messages()).hasSize(channels.size());
    }

    static Stream<Arguments> codes() {
        return Stream.of(
                        "MISCONFIGURED 20003 20404 21212 21408 21602 21603 21604 21606 21608 21617 21619 21654 21655",
                        "MISCONFIGURED 21656 21659 21660 21703 21704 21705 21910 30002 30007 30018 30024 30032 30034",
                        "MISCONFIGURED 63007 63013 63015 63016 63020 63021 63027 63028 63040 63041 63042 63051",
                        "RECIPIENT_REJECTED 21211 21612 21614 21635 30004 30005 30006 63003 63024 63032",
                        "OPTED_OUT 21610 63014 63033",
                        "THROTTLED 14107 20429 21611 30001 30022 30023 30450 63018 63038",
                        "UNAVAILABLE 30003 63012 99999 1",
                        "UNCERTAIN 20500 20503 30008 30410")
                .map(line -> line.split(" ", -1))
                .flatMap(words -> Arrays.stream(words)
                        .skip(1)
                        .map(code -> Arguments.of(Kind.valueOf(words[0]), Integer.valueOf(code))));
    }

    @ParameterizedTest
    @MethodSource("codes")
    void understandsEachCodeOfARefusal(Kind kind, int code) {
        twilio.respondWith(Refusals.error(400, code));
        assertFails(kind, String.valueOf(code), "HTTP 400: Refused: ");

        twilio.respondWith(Refusals.problem(422, code));
        assertFails(kind, String.valueOf(code), "HTTP 422: Not this way; No: ");
    }

    @ParameterizedTest
    @MethodSource("codes")
    void understandsEachCodeOfAMessageThatWasRefusedAtOnce(Kind kind, int code) {
        twilio.respondWith(Refusals.atOnce("failed", code));
        assertFails(kind, String.valueOf(code), "is failed; refused: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"failed", "undelivered", "canceled"})
    void takesAMessageOfSuchAStatusForRefused(String status) {
        twilio.respondWith(Refusals.atOnce(status, 21610));
        assertFails(Kind.OPTED_OUT, "21610", "is " + status + "; refused: ");
    }

    @Test
    void takesARefusalAtOnceWithoutACodeForUnavailable() {
        twilio.respondWith(Refusals.atOnce("failed", null));
        assertFails(Kind.UNAVAILABLE, "201", "is failed");
    }

    @ParameterizedTest
    @CsvSource({
        "400, UNAVAILABLE", "401, MISCONFIGURED", "402, UNAVAILABLE", "403, MISCONFIGURED", "404, UNAVAILABLE",
        "405, UNAVAILABLE", "408, UNAVAILABLE", "409, UNAVAILABLE", "422, UNAVAILABLE", "429, THROTTLED",
        "451, UNAVAILABLE", "499, UNAVAILABLE"
    })
    void understandsA4xxByItsStatusWhateverItsBody(int status, Kind kind) {
        assertFailsWhateverTheBody(status, kind);

        twilio.respondWith(Refusals.error(status, null));
        assertFails(kind, String.valueOf(status), "HTTP " + status + ": Refused: ");
        twilio.respondWith(Refusals.error(status, 99999));
        assertFails(kind, "99999", "HTTP " + status + ": Refused: ");
        twilio.respondWith(Refusals.problem(status, null));
        assertFails(kind, String.valueOf(status), "HTTP " + status + ": Not this way");
    }

    @ParameterizedTest
    @CsvSource({
        "401, 20003, MISCONFIGURED",
        "403, 20003, MISCONFIGURED",
        "404, 20404, MISCONFIGURED",
        "429, 20429, THROTTLED",
        "429, 63038, THROTTLED",
        "403, 21610, OPTED_OUT",
        "401, 21211, RECIPIENT_REJECTED"
    })
    void putsACodeBeforeTheStatus(int status, int code, Kind kind) {
        twilio.respondWith(Refusals.error(status, code));
        assertFails(kind, String.valueOf(code), "HTTP " + status);
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 301, 302, 303, 307, 308, 304, 500, 501, 502, 503, 504, 529, 599})
    void isUncertainOfEvery3xxAnd5xxWhateverItSays(int status) {
        if (status != 304) {
            assertFailsWhateverTheBody(status, Kind.UNCERTAIN);
            twilio.respondWith(Refusals.error(status, 21211));
            assertFails(Kind.UNCERTAIN, "21211", "HTTP " + status);
        }
        twilio.respondWith(request -> new Response(status, Map.of("Location", "/elsewhere", "Retry-After", "0"), ""));
        assertFails(Kind.UNCERTAIN, String.valueOf(status), "HTTP " + status);
    }

    private void assertFailsWhateverTheBody(int status, Kind kind) {
        for (String body : List.of(
                "",
                HTML,
                "{}",
                "[]",
                "null",
                "17",
                "{\"code\":",
                "{\"code\":\"x\",\"message\":{}}",
                "[".repeat(5000))) {
            twilio.respondWith(status, body);
            assertFails(kind, String.valueOf(status), "HTTP " + status + ": no readable error");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "",
                " ",
                "[]",
                "null",
                "true",
                HTML,
                "{\"sid\":null,\"status\":\"queued\"}",
                "{\"sid\":\"\"}",
                "{\"sid\":17}",
                "{\"sid\":\"SM0123\"}",
                "{\"sid\":\"AC0123456789abcdef0123456789abcdef\"}",
                "{\"sid\":\"SM0123456789abcdef0123456789abcdef\"",
                "{\"sid\":\"SM0123456789abcdef0123456789abcdef\"} and more",
                "{\"status\":\"failed\",\"error_code\":21211}"
            })
    void isUncertainOfASuccessWithoutAMessage(String body) {
        for (int status : List.of(200, 201, 202, 299)) {
            twilio.respondWith(status, body);
            assertFails(
                    Kind.UNCERTAIN, String.valueOf(status), "HTTP " + status + ": a response without a message SID");
        }
    }

    @Test
    void isUncertainOfAnAnswerWithoutContentOrEnd() {
        twilio.respondWith(204, "");
        assertFails(Kind.UNCERTAIN, "204", "HTTP 204");

        twilio.respondWith(201, "x".repeat(300_000));
        assertFails(Kind.UNCERTAIN, null, "no response from 127.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"queued", "accepted", "sent", "delivered", "scheduled", "a-status-to-come", ""})
    void takesAMessageOfAnyOtherStatusForTaken(String status) throws Exception {
        for (int http : List.of(200, 201)) {
            twilio.respondWith(
                    http,
                    "{\"sid\":\"MM0123456789abcdef0123456789ABCDEF\",\"price_unit\":\"?\",\"status\":\"" + status
                            + "\"}");
            for (DeliveryChannel channel : channels) {
                DeliveryReceipt receipt = channel.deliver(TestMessages.message());
                assertThat(receipt.providerMessageId()).contains("MM0123456789abcdef0123456789ABCDEF");
            }
        }
    }

    static Stream<ResponseDefinitionBuilder> brokenResponses() {
        return Stream.of(
                aResponse().withFault(Fault.EMPTY_RESPONSE),
                aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER),
                aResponse().withStatus(201).withFault(Fault.MALFORMED_RESPONSE_CHUNK),
                aResponse().withFault(Fault.RANDOM_DATA_THEN_CLOSE));
    }

    @ParameterizedTest
    @MethodSource("brokenResponses")
    void isUncertainOfABrokenAnswer(ResponseDefinitionBuilder response) {
        breakWith(response);
        for (DeliveryChannel channel : channels(URI.create("http://127.0.0.1:" + broken.port()))) {
            assertFailsAtABrokenServer(channel, "no response from 127.0.0.1");
            assertFailsAtABrokenServer(channel, "no response from 127.0.0.1");
        }
    }

    static Stream<ResponseDefinitionBuilder> slowResponses() {
        return Stream.of(
                aResponse().withStatus(201).withFixedDelay(8000),
                aResponse().withStatus(201).withBody("{\"sid\":\"").withChunkedDribbleDelay(8, 8000));
    }

    @ParameterizedTest
    @MethodSource("slowResponses")
    void isUncertainOfAnAnswerThatIsNotThereInTime(ResponseDefinitionBuilder response) {
        breakWith(response);
        for (DeliveryChannel channel : channels(URI.create("http://127.0.0.1:" + broken.port()), SHORT_TIMEOUT)) {
            long start = System.nanoTime();
            assertFailsAtABrokenServer(channel, "did not respond within PT0.4S");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void isUnavailableWhereNobodyListens() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        for (DeliveryChannel channel : channels(URI.create("http://127.0.0.1:" + port))) {
            DeliveryFailure failure = failureOf(channel);
            assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(failure.providerCode()).isEmpty();
        }
        for (DeliveryChannel channel : channels(URI.create("https://no-such-host.invalid"))) {
            assertThat(failureOf(channel).kind()).isEqualTo(Kind.UNAVAILABLE);
        }
    }

    @Test
    void isMisconfiguredWhereTheCertificateIsNotTrusted() {
        for (DeliveryChannel channel : channels(URI.create("https://localhost:" + broken.httpsPort()), TIMEOUT)) {
            assertThat(failureOf(channel).kind()).isEqualTo(Kind.MISCONFIGURED);
        }
        assertThat(broken.getAllServeEvents()).isEmpty();
    }

    @Test
    void hidesWhatTwilioRepeats() {
        twilio.respondWith(Refusals.error(400, 21211));
        for (DeliveryChannel channel : channels) {
            String detail = failureOf(channel).detail();
            assertThat(detail).contains("Refused", "••••••", "+966•••••4567");
        }
    }

    @Test
    void hidesACodeThatComesAsTheNumberOfAnError() {
        twilio.respondWith(Refusals.error(400, Integer.valueOf(TestMessages.CODE)));
        for (DeliveryChannel channel : channels) {
            assertThat(failureOf(channel).providerCode()).contains("••••••");
        }
    }

    @Test
    void hidesACodeThatIsEncodedToo() {
        OtpMessage message = TestMessages.message("A#B$C&D+", "Your code is A#B$C&D+.", Locale.ENGLISH, TIMEOUT);
        twilio.respondWith(Refusals.error(400, 21211));
        for (DeliveryChannel channel : channels) {
            assertThat(catchThrowableOfType(DeliveryException.class, () -> channel.deliver(message)))
                    .message()
                    .contains("Refused")
                    .doesNotContain("A#B$C&D+", "A%23B%24C%26D%2B");
        }
    }

    @Test
    void keepsNothingOfACall() throws Exception {
        twilio.respondWith(Refusals::taken);
        NonRetryingHttpClient http = new NonRetryingHttpClient(HttpCaller.create("sms", TIMEOUT), twilio.url());
        Request request = new Request(HttpMethod.POST, "api", "/2010-04-01/x");
        request.addPostParam("Body", TestMessages.TEXT);
        assertThat(http.reliableRequest(request).getContent()).matches("\\{\"sid\":\"SM[0-9a-f]{32}\"}");
        http.reliableRequest(request, new int[] {HttpClient.ANY_200}, 5, 0);

        assertThat(http.getLastRequest()).isNull();
        assertThat(http.getLastResponse()).isNull();
        assertThat(twilio.requests()).hasSize(2);
    }

    @Test
    void hearsWhatTheSdkWouldLog() {
        twilio.respondWith(Refusals::taken);
        Request request = new Request(HttpMethod.POST, "api", "/heard");
        request.addPostParam("Body", "text");
        new TwilioRestClient.Builder("user", "password")
                .httpClient(new NonRetryingHttpClient(HttpCaller.create("sms", TIMEOUT), twilio.url()))
                .build()
                .request(request);

        assertThat(log.texts()).anyMatch(text -> text.contains("/heard"));
    }

    @Test
    void logsNothingAtAllThroughTheSdk() throws Exception {
        for (DeliveryChannel channel : channels) {
            channel.deliver(TestMessages.message());
            twilio.respondWith(Refusals.error(400, 21211));
            failureOf(channel);
            twilio.recover();
        }
        assertThat(log.texts()).noneMatch(text -> text.contains("twilio"));
    }

    private void assertFails(Kind kind, String providerCode, String words) {
        for (DeliveryChannel channel : channels) {
            assertFails(channel, kind, providerCode, words);
            assertFails(channel, kind, providerCode, words);
        }
    }

    private static void assertFails(DeliveryChannel channel, Kind kind, String providerCode, String words) {
        int before = twilio.requests().size();
        DeliveryFailure failure = failureOf(channel);
        assertThat(failure.kind()).as("%s", failure).isEqualTo(kind);
        assertThat(failure.providerCode().orElse(null)).as("%s", failure).isEqualTo(providerCode);
        assertThat(failure.detail()).contains(words);
        assertThat(twilio.requests()).hasSize(before + 1);
        assertThat(twilio.requests())
                .allMatch(request -> request.method().equals("POST")
                        && request.uri()
                                .toString()
                                .equals("/2010-04-01/Accounts/" + TestMessages.ACCOUNT + "/Messages.json"));
    }

    private static void breakWith(ResponseDefinitionBuilder response) {
        broken.stubFor(any(anyUrl()).willReturn(response));
    }

    private static void assertFailsAtABrokenServer(DeliveryChannel channel, String words) {
        int before = broken.getAllServeEvents().size();
        DeliveryFailure failure = failureOf(channel);
        assertThat(failure.kind()).as("%s", failure).isEqualTo(Kind.UNCERTAIN);
        assertThat(failure.providerCode()).as("%s", failure).isEmpty();
        assertThat(failure.detail()).contains(words);
        assertThat(broken.getAllServeEvents()).hasSize(before + 1);
    }

    private static DeliveryFailure failureOf(DeliveryChannel channel) {
        DeliveryException thrown =
                catchThrowableOfType(DeliveryException.class, () -> channel.deliver(TestMessages.message()));
        assertThat(thrown).isNotNull().hasNoCause();
        assertThat(thrown.getSuppressed()).isEmpty();
        StringWriter words = new StringWriter();
        thrown.printStackTrace(new PrintWriter(words, true));
        assertHarmless(words + " " + thrown.failure() + " " + channel);
        assertThat(thrown.failure().channel()).isEqualTo(channel.name());
        return thrown.failure();
    }

    private static void assertHarmless(String text) {
        for (String secret : SECRETS) {
            assertThat(text.toLowerCase(Locale.ROOT)).doesNotContain(secret.toLowerCase(Locale.ROOT));
        }
    }

    private static List<DeliveryChannel> channels(URI url) {
        return channels(url, TIMEOUT);
    }

    private static List<DeliveryChannel> channels(URI url, Duration timeout) {
        List<DeliveryChannel> channels = new ArrayList<>();
        channels.add(TwilioSmsChannel.builder()
                .accountSid(TestMessages.ACCOUNT)
                .authToken(TestMessages.TOKEN)
                .from("+15005550006")
                .baseUrl(url)
                .timeout(timeout)
                .build());
        channels.add(TwilioWhatsAppChannel.builder()
                .accountSid(TestMessages.ACCOUNT)
                .authToken(TestMessages.TOKEN)
                .from("+15005550006")
                .contentSid(TestMessages.TEMPLATE)
                .baseUrl(url)
                .timeout(timeout)
                .build());
        return channels;
    }
}
