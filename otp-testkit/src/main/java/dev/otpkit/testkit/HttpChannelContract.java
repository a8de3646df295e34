package dev.otpkit.testkit;

import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryFailure;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

/**
 * What every {@link DeliveryChannel} over HTTP has to keep, as tests: those of {@link DeliveryChannelContract}, and that
 * each message is one request, whatever the provider's server or the network does with it.
 *
 * <p>The methods to write are the provider, the channel, whom it reaches, its credentials, and the provider's refusals:
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
 * <p>Requests are counted over all connections, so what a client library tries again by itself is seen too. Those that
 * {@linkplain FakeProvider#mayBringMessage cannot bring a message}, such as one for an access token, are not counted.
 */
public abstract class HttpChannelContract extends DeliveryChannelContract {
    private FakeProvider provider;

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
     * @param url where the provider listens: {@code http://127.0.0.1} and a port, without a path
     * @param timeout the longest time that a whole delivery may take: from the connection to the last byte of the response
     * @return a new channel; closed after the test
     * @throws Exception if the channel cannot be made
     */
    protected abstract DeliveryChannel createChannel(URI url, Duration timeout) throws Exception;

    /**
     * Returns the response by which the provider refuses a message, and which means this kind.
     *
     * @param kind what the refusal means; never {@link DeliveryFailure.Kind#UNCERTAIN}
     * @param words to be given as the reason, wherever the response has words of its own; see {@link
     *     #makeRefusing(DeliveryFailure.Kind, String)}
     * @return empty if this provider has no refusal of this kind; at least one kind must have one
     */
    protected abstract Optional<FakeProvider.Response> refusal(DeliveryFailure.Kind kind, String words);

    /**
     * Tells whether the provider's acceptance is its status alone, such as 202 or 204 without anything to read.
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
     * @return what {@link #createProvider()} returned
     * @throws IllegalStateException before the first channel of the test is made
     */
    protected final FakeProvider provider() {
        if (provider == null) {
            throw new IllegalStateException("the provider is made with the first channel of a test");
        }
        return provider;
    }

    @Override
    protected final DeliveryChannel createChannel(Duration timeout) throws Exception {
        if (provider == null) {
            provider = createProvider();
        }
        return createChannel(provider.url(), timeout);
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
}
