package dev.otpkit.channel.smtp;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static dev.otpkit.channel.smtp.ScriptedGmailServer.CLIENT_ID;
import static dev.otpkit.channel.smtp.ScriptedGmailServer.CLIENT_SECRET;
import static dev.otpkit.channel.smtp.ScriptedGmailServer.REFRESH_TOKEN;
import static dev.otpkit.channel.smtp.ScriptedGmailServer.TOKEN_START;
import static dev.otpkit.channel.smtp.ScriptedGmailServer.json;
import static dev.otpkit.channel.smtp.ScriptedGmailServer.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.http.Fault;
import com.sun.net.httpserver.HttpServer;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.testkit.LogRecorder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OAuth2IT {
    private static final int THREADS = 50;
    private static final int ROUNDS = 20;

    private ScriptedGmailServer google;
    private OAuth2 tokens;

    @BeforeEach
    void startServer() {
        google = new ScriptedGmailServer();
        tokens = google.oauth2().build();
    }

    @AfterEach
    void stopServer() {
        google.close();
    }

    @Test
    void asksByRefreshToken() throws Exception {
        assertThat(tokens.token(inTenSeconds())).startsWith(TOKEN_START);

        assertThat(google.tokenRequests(1))
                .containsExactly(Map.of(
                        "grant_type", "refresh_token",
                        "client_id", CLIENT_ID,
                        "client_secret", CLIENT_SECRET,
                        "refresh_token", REFRESH_TOKEN));
    }

    @Test
    void holdsNoThreadBetweenRequests() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        tokens = google.oauth2().build();
        tokens.token(inTenSeconds());

        long end = inTenSeconds();
        while (newThreadsOfClients(before) > 0 && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        assertThat(newThreadsOfClients(before)).isZero();
        assertThat(tokens.cached()).startsWith(TOKEN_START);
    }

    private static long newThreadsOfClients(Set<Thread> before) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread) && thread.getName().startsWith("HttpClient-"))
                .count();
    }

    @Test
    void asksForAScopeWhereOneIsSet() throws Exception {
        tokens = google.oauth2().scope("https://mail.example/ offline_access").build();

        tokens.token(inTenSeconds());

        assertThat(google.tokenRequests(1).get(0)).containsEntry("scope", "https://mail.example/ offline_access");
    }

    @Test
    void asksByRefreshTokenForAPublicClient() throws Exception {
        tokens = OAuth2.builder()
                .tokenEndpoint(google.tokenUrl())
                .clientId(CLIENT_ID)
                .refreshToken(REFRESH_TOKEN)
                .build();

        tokens.token(inTenSeconds());

        assertThat(google.tokenRequests(1).get(0)).containsOnlyKeys("grant_type", "client_id", "refresh_token");
    }

    @Test
    void asksByClientCredentialsWithoutARefreshToken() throws Exception {
        tokens = OAuth2.builder()
                .tokenEndpoint(URI.create(google.tokenUrl() + "?p=policy"))
                .clientId(CLIENT_ID)
                .clientSecret(CLIENT_SECRET)
                .build();

        tokens.token(inTenSeconds());

        assertThat(google.tokenRequests(1))
                .containsExactly(Map.of(
                        "grant_type", "client_credentials", "client_id", CLIENT_ID, "client_secret", CLIENT_SECRET));
    }

    /** The seconds for which a token with each {@code expires_in} is used. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
        3600       | 3540
        3599.9     | 3539
        120        | 60
        119        | 59.5
        100        | 50
        1          | 0.5
        "3600"     | 3540
        86400      | 86340
        86401      | 86340
        1e300      | 86340
        99999999999999999999999999 | 86340
        "Infinity" | 86340
        -5         | 0
        0          | 0
        -1e300     | 0
        null       | 60
        "soon"     | 60
        "NaN"      | 60
        true       | 60
        {}         | 60
        [3600]     | 60
        ''         | 60
        """)
    void usesATokenUntilAMinuteBeforeItsEnd(String expiresIn, String seconds) throws Exception {
        Duration use = Duration.parse("PT" + seconds + "S");
        google.tokenResponse(token(expiresIn.isEmpty() ? "" : "\"expires_in\":" + expiresIn));
        String first = tokens.token(inTenSeconds());

        if (!use.isZero()) {
            google.clock().advance(use.minusMillis(1));
            assertThat(tokens.token(inTenSeconds())).isEqualTo(first);
            assertThat(tokens.cached()).isEqualTo(first);
            google.clock().advance(Duration.ofMillis(1));
        }
        assertThat(tokens.cached()).isNull();
        assertThat(tokens.token(inTenSeconds())).isNotEqualTo(first);

        assertThat(google.tokenRequests(2)).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"token_type\":\"bearer\"",
                "\"token_type\":\"BEARER\"",
                "\"scope\":\"x\"",
                "\"token_type\":null"
            })
    void takesABearerTokenHoweverItIsCalled(String members) throws Exception {
        google.tokenResponse(token(members));

        assertThat(tokens.token(inTenSeconds())).startsWith(TOKEN_START);
    }

    @Test
    void takesNoTokenOfAnotherType() {
        google.tokenResponse(token("\"token_type\":\"DPoP\",\"expires_in\":3600"));

        assertThat(failure().kind()).isEqualTo(Kind.MISCONFIGURED);
        assertThat(failure().detail()).contains("are not bearer tokens").doesNotContain(TOKEN_START);
    }

    @Test
    void goesOnWithANewRefreshTokenAndHandsItOver() throws Exception {
        List<String> kept = new CopyOnWriteArrayList<>();
        tokens = google.oauth2().onNewRefreshToken(kept::add).build();
        google.tokenResponse(token("\"expires_in\":3600,\"refresh_token\":\"1//fake-second-token\""));

        renew();
        renew();
        google.tokenResponse(token("\"expires_in\":3600"));
        renew();
        google.tokenResponse(token("\"expires_in\":3600,\"refresh_token\":\"\""));
        renew();

        assertThat(kept).containsExactly("1//fake-second-token");
        assertThat(google.tokenRequests(4))
                .extracting(form -> form.get("refresh_token"))
                .containsExactlyInAnyOrder(
                        REFRESH_TOKEN, "1//fake-second-token", "1//fake-second-token", "1//fake-second-token");
    }

    @Test
    void keepsANewRefreshTokenThatComesWithoutAnAccessToken() throws Exception {
        google.tokenResponse(json(200, "{\"refresh_token\":\"1//fake-second-token\"}"));
        assertThat(failure().kind()).isEqualTo(Kind.UNAVAILABLE);
        google.clock().advance(Duration.ofMinutes(1));
        google.tokenResponse(token(""));

        tokens.token(inTenSeconds());

        assertThat(google.tokenRequests(2))
                .extracting(form -> form.get("refresh_token"))
                .containsExactlyInAnyOrder(REFRESH_TOKEN, "1//fake-second-token");
    }

    @Test
    void goesOnWhereTheKeeperIsBroken() throws Exception {
        tokens = google.oauth2()
                .onNewRefreshToken(token -> {
                    throw new NoClassDefFoundError("no place for " + token);
                })
                .build();
        google.tokenResponse(token("\"refresh_token\":\"1//fake-second-token\",\"expires_in\":3600"));

        renew();

        assertThat(google.tokenRequests(1)).hasSize(1);
    }

    @Test
    void goesOnWhereANewRefreshTokenCanNotBeKept() throws Exception {
        try (LogRecorder log = LogRecorder.start()) {
            tokens = google.oauth2()
                    .onNewRefreshToken(token -> {
                        throw new IllegalStateException("no place for " + token);
                    })
                    .build();
            google.tokenResponse(token("\"refresh_token\":\"1//fake-second-token\",\"expires_in\":3600"));

            renew();
            renew();

            assertThat(google.tokenRequests(2))
                    .extracting(form -> form.get("refresh_token"))
                    .containsExactlyInAnyOrder(REFRESH_TOKEN, "1//fake-second-token");
            assertThat(log.texts())
                    .anyMatch(text -> text.contains("a new refresh token could not be kept")
                            && text.contains("java.lang.IllegalStateException"))
                    .noneMatch(text -> text.contains("fake-second-token"));
        }
    }

    @Test
    void tellsTheOperatorThatTheRefreshTokenIsDead() {
        google.tokenResponse(json(
                400, "{\"error\":\"invalid_grant\",\"error_description\":\"Token has been expired or revoked.\"}"));

        DeliveryFailure failure = failure();

        assertThat(failure.kind()).isEqualTo(Kind.MISCONFIGURED);
        assertThat(failure.providerCode()).contains("invalid_grant");
        assertThat(failure.detail())
                .startsWith("token endpoint 127.0.0.1:" + google.url().getPort() + ": 400 invalid_grant")
                .contains("log in again")
                .contains(
                        "access is revoked", "password", "six months", "7 days while the consent screen is in Testing")
                .endsWith("The server's text: Token has been expired or revoked.")
                // The greatest length that a manager passes on.
                .hasSizeLessThanOrEqualTo(500);
        assertThat(google.tokenRequests(1)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        400 | {"error":"invalid_grant"}  | MISCONFIGURED | invalid_grant           | log in again
        401 | {"error":"invalid_client"} | MISCONFIGURED | invalid_client          | check the client's id, its secret
        400 | {"error":"unauthorized_client"} | MISCONFIGURED | unauthorized_client | check the client's id, its secret
        400 | {"error":"invalid_scope"}  | MISCONFIGURED | invalid_scope           | check the scope
        400 | {"error":"invalid_request","error_description":"no"} | MISCONFIGURED | invalid_request | server's text: no
        400 | {"error":{"code":400}}     | MISCONFIGURED | 400                     | check the token endpoint
        400 | {"error":"<b>no</b>"}      | MISCONFIGURED | 400                     | check the token endpoint
        403 | <html>no</html>            | MISCONFIGURED | 403                     | check the token endpoint
        404 | []                         | MISCONFIGURED | 404                     | check the token endpoint
        301 | {}                         | MISCONFIGURED | 301                     | check the token endpoint
        429 | {"error":"invalid_grant"}  | THROTTLED     | invalid_grant           | 429
        429 | slow down                  | THROTTLED     | 429                     | 429
        500 | {"error":"internal_failure"} | UNAVAILABLE   | internal_failure        | 500
        502 | <html>bad gateway</html>   | UNAVAILABLE   | 502                     | 502
        503 | {"error":"temporarily_unavailable"} | UNAVAILABLE   | temporarily_unavailable | 503
        504 | x                          | UNAVAILABLE   | 504                     | 504
        200 | {}                         | UNAVAILABLE   | 200                     | no access_token
        200 | {"access_token":""}        | UNAVAILABLE   | 200                     | no access_token
        200 | {"access_token":null}      | UNAVAILABLE   | 200                     | no access_token
        200 | {"access_token":7}         | UNAVAILABLE   | 200                     | no access_token
        200 | {"access_token":{"x":"y"}} | UNAVAILABLE   | 200                     | no access_token
        200 | {"access_token":"a b"}     | UNAVAILABLE   | 200                     | no access_token
        200 | {"access_token":"a\\r\\nX-Evil: b"} | UNAVAILABLE   | 200                     | no access_token
        200 | {"access_token":"a\\u0001auth=Bearer b"} | UNAVAILABLE   | 200                     | no access_token
        200 | {"access_token":"رمز"}     | UNAVAILABLE   | 200                     | no access_token
        200 | <html>maintenance</html>   | UNAVAILABLE   | 200                     | no JSON object
        200 | {access_token: fake-token} | UNAVAILABLE   | 200                     | no JSON object
        200 | access_token=fake          | UNAVAILABLE   | 200                     | no JSON object
        200 | ["access_token"]           | UNAVAILABLE   | 200                     | no JSON object
        200 | {"access_token":"fake"} and more | UNAVAILABLE   | 200                     | no JSON object
        200 | {"access_token":"fa        | UNAVAILABLE   | 200                     | no JSON object
        """)
    void asksOnceAndSaysWhatCameOfIt(int status, String body, Kind kind, String code, String words) {
        google.tokenResponse(json(status, body).withHeader("Location", "/token"));

        DeliveryFailure failure = failure();

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.providerCode()).contains(code);
        assertThat(failure.detail()).startsWith("token endpoint 127.0.0.1:").contains(words);
        assertThat(google.tokenRequests(1)).hasSize(1);
    }

    @Test
    void takesAnEmptyAnswerForNone() {
        google.tokenResponse(aResponse().withStatus(200));
        assertThat(failure().kind()).isEqualTo(Kind.UNAVAILABLE);
        google.clock().advance(Duration.ofMinutes(1));

        google.tokenResponse(json(200, "{\"a\":".repeat(100_000)));
        assertThat(failure().kind()).isEqualTo(Kind.UNAVAILABLE);
    }

    @ParameterizedTest
    @EnumSource
    void asksOnceWhereTheConnectionBreaks(Fault fault) {
        google.tokenResponse(aResponse().withFault(fault));

        assertThat(failure().kind()).isEqualTo(Kind.UNAVAILABLE);

        assertThat(google.tokenRequests(1)).hasSize(1);
    }

    @Test
    void waitsNoLongerThanItsTimeOut() {
        google.tokenResponse(token("").withFixedDelay(2_000));
        tokens = google.oauth2().timeout(Duration.ofMillis(300)).build();
        long start = System.nanoTime();

        DeliveryFailure failure = failure();

        assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(failure.detail()).contains("did not respond within PT0.3S");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(1_500));
    }

    @Test
    void saysThatThereIsNoConnection() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        tokens = google.oauth2()
                .tokenEndpoint(URI.create("http://127.0.0.1:" + port + "/token"))
                .build();

        assertThat(failure().kind()).isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void tellsNothingToAServerItDoesNotTrust() {
        tokens = google.oauth2()
                .tokenEndpoint(google.untrustedUrl().resolve("/token"))
                .build();

        assertThat(failure().kind()).isEqualTo(Kind.MISCONFIGURED);

        assertThat(google.tokenRequests(0)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        400 | {"error":"invalid_grant"}  | MISCONFIGURED | invalid_grant  | 1 2 4 8 16 32 60 60
        401 | {"error":"invalid_client"} | MISCONFIGURED | invalid_client | 1 2 4 8 16 32 60 60
        429 | {"error":"slow_down"}      | THROTTLED     | slow_down      | 1 2 4 8 10 10 10
        503 | {}                         | UNAVAILABLE   | 503            | 1 2 4 8 10 10 10
        """)
    void asksSeldomAfterFailures(int status, String body, Kind kind, String code, String seconds) throws Exception {
        google.tokenResponse(json(status, body));
        int requests = 0;
        for (String pause : seconds.split(" ", -1)) {
            DeliveryFailure asked = failure();
            requests++;
            Instant end = google.clock().instant().plusSeconds(Integer.parseInt(pause));
            for (int i = 0; i < 20; i++) {
                DeliveryFailure notAsked = failure();
                assertThat(notAsked.kind()).isEqualTo(kind).isEqualTo(asked.kind());
                assertThat(notAsked.providerCode()).contains(code).isEqualTo(asked.providerCode());
                assertThat(notAsked.detail())
                        .isEqualTo(asked.detail()
                                .replaceFirst(
                                        "(127\\.0\\.0\\.1:\\d+: )",
                                        "$1no new request until " + end.truncatedTo(ChronoUnit.SECONDS) + ": "));
            }
            assertThat(google.tokenRequests(requests)).hasSize(requests);
            google.clock().set(end.minusMillis(1));
            failure();
            assertThat(google.tokenRequests(requests)).hasSize(requests);
            google.clock().set(end);
        }
    }

    @Test
    void asksAtOnceAfterATokenThatFollowedFailures() throws Exception {
        google.tokenResponse(json(400, "{\"error\":\"invalid_grant\"}"));
        failure();
        google.clock().advance(Duration.ofSeconds(1));
        failure();
        google.clock().advance(Duration.ofSeconds(2));
        google.tokenResponse(token("\"expires_in\":3600"));
        String token = tokens.token(inTenSeconds());

        tokens.refused(token);
        String next = tokens.token(inTenSeconds());
        assertThat(next).startsWith(TOKEN_START).isNotEqualTo(token);
        tokens.refused(next);
        google.tokenResponse(json(400, "{\"error\":\"invalid_grant\"}"));
        failure();
        google.clock().advance(Duration.ofSeconds(1));
        failure();

        assertThat(google.tokenRequests(6)).hasSize(6);
    }

    @Test
    void asksAtOnceWhereTheClockWasSetBack() throws Exception {
        google.tokenResponse(json(400, "{\"error\":\"invalid_grant\"}"));
        failure();
        google.clock().set(google.clock().instant().minusSeconds(3600));
        google.tokenResponse(token(""));

        assertThat(tokens.token(inTenSeconds())).startsWith(TOKEN_START);
    }

    @Test
    void aDeliveryThatStopsWaitingKeepsNoOtherFromAsking() throws Exception {
        google.tokenResponse(token("").withFixedDelay(300));
        assertThat(catchThrowableOfType(OAuth2Exception.class, () -> tokens.token(System.nanoTime())))
                .isNotNull();

        assertThat(tokens.token(inTenSeconds())).startsWith(TOKEN_START);
    }

    @Test
    void hidesSecretsThatTheServerRepeats() {
        google.tokenResponse(json(
                        400,
                        "{\"error\":\"invalid_request\",\"error_description\":\"{{request.body}} "
                                + REFRESH_TOKEN + " " + CLIENT_SECRET + " MS8vZmFrZS1yZWZyZXNoLXRva2VuX2FiYw== "
                                + "ZmFrZS1jbGllbnQtc2VjcmV0Ky8mJT0= MS8vZmFrZS1yZWZyZXNoLXRva2VuX2FiYw \"}")
                .withTransformers("response-template"));

        DeliveryFailure failure = failure();

        assertThat(failure.providerCode()).contains("invalid_request");
        assertThat(failure.detail())
                .contains("client_id=")
                .doesNotContain("fake-refresh-token", "fake-client-secret", "MS8vZmFrZ", "ZmFrZS1jb");
    }

    @Test
    void forgetsARefusedTokenUnlessThereIsAnother() throws Exception {
        String first = tokens.token(inTenSeconds());
        tokens.refused("another");
        assertThat(tokens.cached()).isEqualTo(first);

        tokens.refused(first);
        assertThat(tokens.cached()).isNull();
        String second = tokens.token(inTenSeconds());
        tokens.refused(first);

        assertThat(tokens.cached()).isEqualTo(second).isNotEqualTo(first);
        assertThat(google.tokenRequests(2)).hasSize(2);
    }

    @Test
    void fiftyThreadsAskOnce() throws Exception {
        try (Threads threads = new Threads(THREADS)) {
            Set<String> all = new HashSet<>();
            for (int round = 0; round < ROUNDS; round++) {
                google.forgetRequests();

                Set<String> outcomes = new HashSet<>(threads.outcomes());

                assertThat(outcomes).as("round %d", round).hasSize(1).allMatch(token -> token.startsWith(TOKEN_START));
                assertThat(google.tokenRequests(1)).as("round %d", round).hasSize(1);
                all.addAll(outcomes);
                google.clock().advance(Duration.ofHours(1));
            }
            assertThat(all).hasSize(ROUNDS);
        }
    }

    @Test
    void fiftyThreadsFailAtOnce() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        Semaphore responses = new Semaphore(0);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/token", exchange -> {
            requests.incrementAndGet();
            responses.acquireUninterruptibly();
            byte[] body = "{\"error\":\"invalid_grant\"}".getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(400, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        tokens = google.oauth2()
                .tokenEndpoint(
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/token"))
                .build();
        try (Threads threads = new Threads(THREADS)) {
            for (int round = 1; round <= ROUNDS; round++) {
                // A failure is shared by the threads that wait for it, so it is sent when all of them wait.
                threads.whenAllWait(responses::release);

                List<String> outcomes = threads.outcomes();

                assertThat(outcomes)
                        .as("round %d", round)
                        .hasSize(THREADS)
                        .allMatch(text -> text.startsWith("MISCONFIGURED invalid_grant token endpoint 127.0.0.1:"));
                assertThat(requests).as("round %d", round).hasValue(round);
                google.clock().advance(Duration.ofMinutes(1));
            }
        } finally {
            responses.release(THREADS * ROUNDS);
            server.stop(0);
        }
    }

    @Test
    void waitsNoLongerThanTheDeliveryCan() throws Exception {
        google.tokenResponse(token("").withFixedDelay(1_500));
        try (Threads patient = new Threads(1)) {
            Future<String> token = patient.submit(() -> tokens.token(inTenSeconds()));
            long start = System.nanoTime();

            DeliveryFailure failure = catchThrowableOfType(
                            OAuth2Exception.class,
                            () -> tokens.token(start + Duration.ofMillis(150).toNanos()))
                    .asFailureOf("smtp", TestMessages.message())
                    .failure();

            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(150), Duration.ofMillis(1_300));
            assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(failure.detail())
                    .startsWith("token endpoint 127.0.0.1:")
                    .endsWith("no token within the delivery's time-out");
            assertThat(token.get()).startsWith(TOKEN_START).isEqualTo(tokens.cached());
        }
        assertThat(google.tokenRequests(1)).hasSize(1);
    }

    @Test
    void stopsWaitingWhenInterruptedAndLetsOthersWait() throws Exception {
        google.tokenResponse(token("").withFixedDelay(800));
        CountDownLatch asked = new CountDownLatch(1);
        List<String> seen = new CopyOnWriteArrayList<>();
        Thread first = new Thread(() -> {
            asked.countDown();
            seen.add(outcome() + " " + Thread.currentThread().isInterrupted());
        });
        first.start();
        asked.await();
        first.interrupt();
        first.join(10_000);
        assertThat(first.isAlive()).isFalse();
        assertThat(seen).singleElement().asString().startsWith("UNCERTAIN").endsWith("waiting for a token true");

        assertThat(tokens.token(inTenSeconds())).startsWith(TOKEN_START);

        assertThat(google.tokenRequests(1)).hasSize(1);
    }

    @Test
    void showsNoSecret() throws Exception {
        String token = tokens.token(inTenSeconds());

        assertThat(tokens)
                .hasToString("OAuth2[token endpoint 127.0.0.1:" + google.url().getPort() + "]");
        assertThat(google.oauth2().toString())
                .doesNotContain(CLIENT_SECRET, REFRESH_TOKEN)
                .contains(CLIENT_ID);
        assertThat(new OAuth2Login("user@acme.example", tokens).toString()).doesNotContain(token);
        assertThat(OAuth2Token.of(token, null, google.clock().instant()).toString())
                .doesNotContain(token);
    }

    private void renew() throws OAuth2Exception {
        tokens.token(inTenSeconds());
        google.clock().advance(Duration.ofHours(1));
    }

    private DeliveryFailure failure() {
        return catchThrowableOfType(OAuth2Exception.class, () -> tokens.token(inTenSeconds()))
                .asFailureOf("smtp", TestMessages.message())
                .failure();
    }

    private String outcome() {
        try {
            return tokens.token(inTenSeconds());
        } catch (OAuth2Exception e) {
            DeliveryFailure failure =
                    e.asFailureOf("smtp", TestMessages.message()).failure();
            return failure.kind() + " " + failure.providerCode().orElse("-") + " " + failure.detail();
        }
    }

    private static long inTenSeconds() {
        return System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    }

    /** Threads that request a token at the same moment. */
    private final class Threads implements AutoCloseable {
        private final int count;
        private final ExecutorService executor;
        private final List<Thread> all = new CopyOnWriteArrayList<>();

        Threads(int count) {
            this.count = count;
            this.executor = Executors.newFixedThreadPool(count, task -> {
                Thread thread = new Thread(task);
                all.add(thread);
                return thread;
            });
        }

        /** Runs a task as soon as every thread waits for a bounded time, which only the wait for a token does. */
        void whenAllWait(Runnable action) {
            Thread watch = new Thread(() -> {
                while (!executor.isShutdown()
                        && all.stream()
                                        .filter(thread -> thread.getState() == Thread.State.TIMED_WAITING)
                                        .count()
                                < count) {
                    LockSupport.parkNanos(100_000);
                }
                action.run();
            });
            watch.setDaemon(true);
            watch.start();
        }

        <T> Future<T> submit(Callable<T> task) {
            return executor.submit(task);
        }

        List<String> outcomes() throws InterruptedException, ExecutionException {
            CyclicBarrier start = new CyclicBarrier(count);
            List<Future<String>> futures = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                futures.add(executor.submit(() -> {
                    start.await();
                    return outcome();
                }));
            }
            List<String> outcomes = new ArrayList<>();
            for (Future<String> future : futures) {
                outcomes.add(future.get());
            }
            return outcomes;
        }

        @Override
        public void close() {
            executor.shutdownNow();
        }
    }
}
