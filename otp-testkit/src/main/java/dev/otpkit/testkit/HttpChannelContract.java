package dev.otpkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The rules that every {@link DeliveryChannel} over HTTP has to keep, as tests: those of
 * {@link DeliveryChannelContract}, and that each message is one request, with any fault of the provider's server or the
 * network.
 *
 * <p>The methods to write return the provider, the channel, its recipient, its credentials, and the provider's
 * refusals:
 *
 * <pre>{@code
 * class GatewayChannelTest extends HttpChannelContract {
 *     @Override
 *     protected FakeProvider createProvider() {
 *         return new FakeGateway();
 *     }
 *
 *     @Override
 *     protected DeliveryChannel createChannel(URI url, Duration timeout) {
 *         return GatewayChannel.builder().baseUrl(url).apiKey("fake-api-key").timeout(timeout).build();
 *     }
 *
 *     @Override
 *     protected Recipient supportedRecipient() {
 *         return new PhoneNumber("+966501234567");
 *     }
 *
 *     @Override
 *     protected List<String> credentials() {
 *         return List.of("fake-api-key");
 *     }
 *
 *     @Override
 *     protected Optional<FakeProvider.Response> refusal(DeliveryFailure.Kind kind, String words) {
 *         return switch (kind) {
 *             case RECIPIENT_REJECTED -> Optional.of(new FakeProvider.Response(400, "invalid number: " + words));
 *             case MISCONFIGURED -> Optional.of(new FakeProvider.Response(401, words));
 *             case THROTTLED -> Optional.of(new FakeProvider.Response(429, words));
 *             default -> Optional.empty();
 *         };
 *     }
 * }
 * }</pre>
 *
 * <p>Requests are counted over all connections, so requests that a client library repeats are counted, too. Those that
 * {@linkplain FakeProvider#mayBringMessage cannot bring a message}, such as one for an access token, are not counted.
 */
public abstract class HttpChannelContract extends DeliveryChannelContract {
    private static final int AT_ONCE = 4;
    private static final int MANY_CONNECTIONS = 20;
    private static final int FEW_CONNECTIONS = 12;

    /** Bodies that mean an acceptance at no provider. */
    private static final List<String> UNREADABLE = List.of(
            "",
            " ",
            "<html><head><title>Log in</title></head><body>Welcome to the network of the hotel</body></html>",
            "{",
            "{}",
            "[]",
            "null",
            "{\"unexpected\":[{\"nothing\":true}]}",
            "Internal error");

    private @Nullable FakeProvider provider;

    /** For subclasses. */
    protected HttpChannelContract() {}

    /**
     * Creates a stand-in for the provider. Called once per test.
     *
     * @return a new one, which takes every message that the provider would take; closed after the test
     * @throws Exception if it cannot be made
     */
    protected abstract FakeProvider createProvider() throws Exception;

    /**
     * Creates a channel. Called before each test, and again by tests that need another time-out.
     *
     * @param url the address of the provider: {@code http://127.0.0.1} and a port, without a path
     * @param timeout the longest time that a whole delivery may take: from the connection to the last byte of the
     *     response
     * @return a new channel; closed after the test
     * @throws Exception if the channel cannot be made
     */
    protected abstract DeliveryChannel createChannel(URI url, Duration timeout) throws Exception;

    /**
     * Returns the response of the provider that is a refusal of this kind.
     *
     * @param kind the meaning of the refusal; never {@link DeliveryFailure.Kind#UNCERTAIN}
     * @param words the reason, wherever the response has a text; see {@link #makeRefusing(DeliveryFailure.Kind,
     *     String)}
     * @return empty if this provider has no refusal of this kind; at least one kind must have one
     */
    protected abstract Optional<FakeProvider.Response> refusal(DeliveryFailure.Kind kind, String words);

    /**
     * Returns whether the provider's acceptance is its status alone, such as 202 or 204 without a body.
     *
     * @return false by default; true for a channel that reads nothing of a body, for which the tests of unreadable and
     *     broken bodies of an acceptance are skipped
     */
    protected boolean acceptsByStatusAlone() {
        return false;
    }

    /**
     * Returns the provider of this test.
     *
     * @return the one that {@link #createProvider()} returned
     * @throws IllegalStateException before the first channel of the test is made
     */
    protected final FakeProvider provider() {
        FakeProvider made = provider;
        if (made == null) {
            throw new IllegalStateException("the provider is made with the first channel of a test");
        }
        return made;
    }

    @Override
    protected final DeliveryChannel createChannel(Duration timeout) throws Exception {
        FakeProvider made = provider;
        if (made == null) {
            made = createProvider();
            provider = made;
        }
        return createChannel(made.url(), timeout);
    }

    @Override
    protected List<Arrival> arrivals() {
        return provider().messages().stream()
                .map(message -> new Arrival(message.recipient(), message.text()))
                .toList();
    }

    @Override
    protected boolean makeRefusing(DeliveryFailure.Kind kind, String words) {
        Optional<FakeProvider.Response> refusal = refusal(kind, words);
        refusal.ifPresent(response -> provider().respondWith(request -> response));
        return refusal.isPresent();
    }

    @Override
    protected final boolean makeUnreachable() {
        provider().failWith(FakeProvider.Fault.UNREACHABLE);
        return true;
    }

    @Override
    protected final boolean makeSilent() {
        provider().hang();
        return true;
    }

    @Override
    protected void recover() {
        provider().recover();
    }

    @AfterEach
    final void closeProvider() {
        if (provider != null) {
            provider.close();
        }
    }

    @Test
    @Tag("promise-5")
    @Explained(
            risk = "Each code is sent and paid for twice, or a request without the credentials shows the message to"
                    + " anyone who listens for it.",
            cause = "The client signs in only when it is asked to, or follows the acceptance by another request.")
    void makesOneRequestPerMessage() throws Exception {
        channel().deliver(message());
        channel().deliver(message());

        assertThat(requests()).as("requests for two messages").isEqualTo(2);
    }

    @Test
    @Explained(
            risk = "A report of the provider, or a question to its support, cannot be matched to a message.",
            cause = "The id is read from another field of the response, or there is none in the receipt.")
    void returnsTheIdOfTheMessage() throws Exception {
        for (int i = 0; i < 2; i++) {
            DeliveryReceipt receipt = channel().deliver(message());

            List<FakeProvider.Message> taken = provider().messages();
            assertThat(receipt.providerMessageId().orElse(""))
                    .as("id in the receipt: that of the message which the provider took, and empty if that has none")
                    .isEqualTo(taken.get(taken.size() - 1).id());
        }
    }

    @Test
    @Tag("promise-5")
    @Explained(
            risk = "A provider that refuses is asked again and again, which it answers with a ban, and the person"
                    + " waits.",
            cause = "The client library repeats requests, on 429 or 503 for example: turn that off.")
    void makesOneRequestWhenRefused() throws Exception {
        for (DeliveryFailure.Kind kind : REFUSALS) {
            if (makeRefusing(kind, "refused")) {
                int before = requests();
                failureOf(message());
                assertThat(requests() - before)
                        .as("requests for a message that is refused in a way that means %s", kind)
                        .isEqualTo(1);
            }
        }
    }

    @Test
    @Tag("promise-5")
    @Explained(
            risk = "The code is sent several times, reported as sent although nobody took it, or sent once more over"
                    + " the next channel.",
            cause = "The client repeats the request on 5xx, the status is not checked, or every 5xx is reported as"
                    + " UNAVAILABLE.")
    void isUncertainOfAServerErrorAndAsksOnce() throws Exception {
        for (int status : List.of(500, 502, 503, 504, 520)) {
            for (String body : List.of("", "<html><body><h1>Error</h1></body></html>")) {
                provider().respondWith(status, body);
                int before = requests();

                DeliveryFailure.Kind kind = failureOf(message()).kind();

                assertThat(requests() - before)
                        .as("requests for a message whose response is %s", status)
                        .isEqualTo(1);
                assertThat(kind)
                        .as("kind of a response %s that does not say whether the message was taken", status)
                        .isIn(
                                status == 503
                                        ? List.of(
                                                DeliveryFailure.Kind.UNCERTAIN,
                                                DeliveryFailure.Kind.UNAVAILABLE,
                                                DeliveryFailure.Kind.THROTTLED)
                                        : List.of(DeliveryFailure.Kind.UNCERTAIN));
            }
        }
    }

    @Test
    @Explained(
            risk = "Operators look for an outage where the account sends too much, or for a wrong setting.",
            cause = "429 is treated like all other statuses from 400 to 499.")
    void isThrottledByTooManyRequests() throws Exception {
        provider().respondWith(429, "");

        assertThat(failureOf(message()).kind()).as("kind of 429").isEqualTo(DeliveryFailure.Kind.THROTTLED);
    }

    @Test
    @Tag("promise-5")
    @Explained(
            risk = "The application says that a code was sent, while a proxy answered with its log-in page, or the"
                    + " provider with an error.",
            cause = "Only the status is checked, or any body is taken for the id.")
    void isUncertainOfAnAcceptanceThatCannotBeRead() throws Exception {
        assumeFalse(acceptsByStatusAlone(), "this provider accepts by its status alone");
        for (String body : UNREADABLE) {
            assertCannotBeRead(200, body);
        }
        assertCannotBeRead(201, "");
        assertCannotBeRead(202, "{}");
        assertCannotBeRead(204, "");
    }

    private void assertCannotBeRead(int status, String body) {
        provider().respondWith(status, body);
        int before = requests();

        DeliveryFailure.Kind kind = failureOf(message()).kind();

        assertThat(kind)
                .as("kind of a response %s whose body is: %s", status, body)
                .isEqualTo(DeliveryFailure.Kind.UNCERTAIN);
        assertThat(requests() - before)
                .as("requests for a message whose response is %s and: %s", status, body)
                .isEqualTo(1);
    }

    @Test
    @Tag("promise-6")
    @Explained(
            risk = "Anyone who can answer in the provider's place, or a provider that moved, makes the channel send"
                    + " code and credentials elsewhere, even without TLS.",
            cause = "The client follows redirects by default.")
    void followsNoRedirect() throws Exception {
        for (int status : List.of(301, 302, 303, 307, 308)) {
            provider()
                    .respondWith(request -> new FakeProvider.Response(
                            status,
                            Map.of(
                                    "Location",
                                    provider().url() + "/elsewhere"
                                            + request.uri().getPath()),
                            ""));
            int before = provider().requests().size();

            DeliveryFailure.Kind kind = failureOf(message()).kind();

            assertThat(kind)
                    .as("kind of a redirect with %s", status)
                    .isIn(
                            DeliveryFailure.Kind.MISCONFIGURED,
                            DeliveryFailure.Kind.UNCERTAIN,
                            DeliveryFailure.Kind.UNAVAILABLE);
            assertThat(provider().requests().stream().skip(before))
                    .as("requests to where %s redirects", status)
                    .noneMatch(request -> request.uri().getPath().startsWith("/elsewhere"));
        }
    }

    @Test
    @Tag("promise-5")
    @Explained(
            risk = "The same code is sent over a second channel, or the person waits for one that was lost.",
            cause = "Every IOException is reported as UNAVAILABLE, though the provider may have taken the request, or"
                    + " the request is repeated.")
    void isUncertainOfAConnectionThatBreaks() throws Exception {
        provider().breakConnections();
        assertIsUncertain("a connection that is closed after the request");
        provider().failWith(FakeProvider.Fault.RESET);
        assertIsUncertain("a connection that is reset after the request");
        provider().failWith(FakeProvider.Fault.GARBAGE);
        assertIsUncertain("a response that is no HTTP");
        if (!acceptsByStatusAlone()) {
            provider().failWith(FakeProvider.Fault.BROKEN_RESPONSE);
            assertIsUncertain("a connection that breaks amid the response");
        }
        provider().recover();
        assertDeliversAgain("after connections broke");
    }

    private void assertIsUncertain(String of) throws Exception {
        int before = requests();
        OtpMessage message = message();

        DeliveryFailure failure = failureOf(message);

        assertThat(requests() - before).as("requests for a message with %s", of).isEqualTo(1);
        assertUncertain(failure, of);
    }

    @Test
    @Tag("promise-5")
    @Explained(
            risk = "Every now and then a code is sent twice, when a server or firewall closes a connection that was"
                    + " kept.",
            cause = "The client repeats a POST by itself over a new connection, as HttpURLConnection does by default"
                    + " (sun.net.http.retryPost).")
    void asksOnceOverAKeptConnectionThatBreaks() throws Exception {
        for (int round = 0; round < 3; round++) {
            channel().deliver(message());
            provider().failWith(FakeProvider.Fault.BROKEN_KEPT_CONNECTION);
            int before = requests();
            OtpMessage message = message();

            Throwable thrown = catchThrowable(() -> channel().deliver(message));

            assertThat(requests() - before)
                    .as("requests for a message over a connection that was kept and then breaks")
                    .isEqualTo(1);
            if (thrown != null) {
                assertThat(thrown).isInstanceOf(DeliveryException.class);
                assertUncertain(
                        ((DeliveryException) thrown).failure(), "a kept connection that breaks after the request");
            }
            provider().recover();
        }
    }

    @Test
    @Explained(
            risk = "On a bad day of the provider every request of the application hangs, until no thread is left.",
            cause = "The time-out bounds each read, and each byte restarts it.")
    void endsInTimeWhenAHeadDrips() throws Exception {
        assertEndsInTime(FakeProvider.Fault.DRIPPED_HEAD);
    }

    @Test
    @Explained(
            risk = "On a bad day of the provider every request of the application hangs, until no thread is left.",
            cause = "The time-out bounds each read, or ends with the head of the response, as that of java.net.http"
                    + " does: bound the whole call.")
    void endsInTimeWhenABodyDrips() throws Exception {
        assumeFalse(acceptsByStatusAlone(), "this provider accepts by its status alone");
        assertEndsInTime(FakeProvider.Fault.DRIPPED_BODY);
    }

    private void assertEndsInTime(FakeProvider.Fault fault) throws Exception {
        DeliveryChannel impatient = open(SHORT);
        provider().failWith(fault);
        OtpMessage message = message();

        DeliveryFailure failure = within(
                SHORT.plus(patience()),
                "a delivery with a time-out of " + SHORT + " and a response that drips",
                () -> failureOf(impatient, message));

        assertUncertain(failure, "a response that drips");
        assertThat(requests()).as("requests for one message").isEqualTo(1);
    }

    @Test
    @Explained(
            risk = "A broken provider, or someone in its place, fills the memory of the application until it dies.",
            cause = "The body is read into a text without a bound on its length.")
    void readsNoBodyWithoutEnd() throws Exception {
        assumeFalse(acceptsByStatusAlone(), "this provider accepts by its status alone");
        provider().failWith(FakeProvider.Fault.ENDLESS_BODY);

        DeliveryFailure failure = within(patience().multipliedBy(3), "a delivery", () -> failureOf(message()));

        assertUncertain(failure, "a body without end");
        assertThat(provider().endlessBodiesRead())
                .as("bodies of 32 MiB that were read to their last byte")
                .isZero();
    }

    @Test
    @Explained(
            risk = "While the provider is slow, everyone waits for the code of everyone before.",
            cause = "deliver() is synchronized, or the client has a pool of one or two connections.")
    void deliversSeveralMessagesAtTheSameTime() throws Exception {
        provider().hold(AT_ONCE);
        ExecutorService executor = Executors.newFixedThreadPool(AT_ONCE);
        try {
            List<Future<DeliveryReceipt>> deliveries = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                OtpMessage message = message();
                deliveries.add(executor.submit(() -> channel().deliver(message)));
            }
            long end = System.nanoTime() + patience().toNanos();
            while (requests() < AT_ONCE && System.nanoTime() < end) {
                Thread.sleep(5);
            }
            assertThat(requests())
                    .as("requests that are at the provider at the same time, within %s", patience())
                    .isEqualTo(AT_ONCE);
            for (Future<DeliveryReceipt> delivery : deliveries) {
                assertThat(delivery.get(30, TimeUnit.SECONDS)).isNotNull();
            }
        } finally {
            provider().recover();
            executor.shutdownNow();
        }
    }

    @Test
    @Tag("promise-5")
    @Explained(
            risk = "Over HTTP/2 a client may repeat by itself what a server refused to begin, and the code is sent"
                    + " twice.",
            cause = "java.net.http prefers HTTP/2 by default: set version(HTTP_1_1).")
    void speaksHttp1Alone() throws Exception {
        channel().deliver(message());

        assertThat(provider().requests())
                .as("requests that ask for another version of HTTP")
                .noneMatch(request -> request.headers().containsKey("Upgrade")
                        || request.headers().containsKey("HTTP2-Settings"));
    }

    @Test
    @Explained(
            risk = "After some thousand codes the application has no file or thread left, and nobody gets any more.",
            cause = "Each delivery creates a client, or leaves the body of a refusal unread and open.")
    void keepsFewConnections() throws Exception {
        for (int i = 0; i < MANY_CONNECTIONS; i++) {
            channel().deliver(message());
        }
        assertFewConnections(MANY_CONNECTIONS + " messages that were taken");
        for (DeliveryFailure.Kind kind : REFUSALS) {
            if (makeRefusing(kind, "refused")) {
                for (int i = 0; i < MANY_CONNECTIONS; i++) {
                    Throwable unused = catchThrowable(() -> channel().deliver(message()));
                }
                assertFewConnections(MANY_CONNECTIONS + " refusals that meant " + kind);
            }
        }
    }

    private void assertFewConnections(String after) throws InterruptedException {
        long end = System.nanoTime() + patience().toNanos();
        while (provider().connections() > FEW_CONNECTIONS && System.nanoTime() < end) {
            Thread.sleep(5);
        }
        assertThat(provider().connections())
                .as("connections that are still open after %s, one after the other", after)
                .isLessThanOrEqualTo(FEW_CONNECTIONS);
    }

    @Test
    @Explained(
            risk = "Each send waits for the provider first, and discloses to it the addresses of people who get no"
                    + " message.",
            cause = "supports() asks the provider, for example for a look-up of the number.")
    void asksNothingWhenAskedWhomItReaches() {
        recipients().forEach(recipient -> channel().supports(recipient));

        assertThat(provider().requests()).as("requests").isEmpty();
    }

    /** Returns the number of requests that may bring a message. */
    private int requests() {
        return (int) provider().requests().stream()
                .filter(provider()::mayBringMessage)
                .count();
    }
}
