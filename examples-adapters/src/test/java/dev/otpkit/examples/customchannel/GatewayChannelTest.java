package dev.otpkit.examples.customchannel;

import dev.otpkit.PhoneNumber;
import dev.otpkit.Recipient;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.testkit.FakeProvider;
import dev.otpkit.testkit.HttpChannelContract;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

class GatewayChannelTest extends HttpChannelContract {
    private static final String API_KEY = "fake-api-key";

    @Override
    protected FakeProvider createProvider() {
        return new FakeGateway(API_KEY);
    }

    @Override
    protected DeliveryChannel createChannel(URI url, Duration timeout) {
        return new GatewayChannel(url, API_KEY, timeout);
    }

    @Override
    protected Recipient supportedRecipient() {
        return new PhoneNumber("+966501234567");
    }

    @Override
    protected List<String> credentials() {
        return List.of(API_KEY);
    }

    @Override
    protected Optional<FakeProvider.Response> refusal(DeliveryFailure.Kind kind, String words) {
        return switch (kind) {
            case RECIPIENT_REJECTED -> Optional.of(new FakeProvider.Response(400, "ERROR 21\n" + words));
            case OPTED_OUT -> Optional.of(new FakeProvider.Response(400, "ERROR 22\n" + words));
            case THROTTLED -> Optional.of(new FakeProvider.Response(429, words));
            case MISCONFIGURED -> Optional.of(new FakeProvider.Response(401, words));
            case UNAVAILABLE, UNCERTAIN -> Optional.empty();
        };
    }
}
