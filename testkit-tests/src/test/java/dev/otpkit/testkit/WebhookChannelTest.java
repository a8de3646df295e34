package dev.otpkit.testkit;

import dev.otpkit.PhoneNumber;
import dev.otpkit.Recipient;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryFailure;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Tests that a channel over HTTP passes the contract with every hook in use. */
class WebhookChannelTest extends HttpChannelContract {

    @Override
    protected FakeProvider createProvider() {
        return new FakeWebhook();
    }

    @Override
    protected DeliveryChannel createChannel(URI url, Duration timeout) {
        return new WebhookChannel(url, timeout);
    }

    @Override
    protected Recipient supportedRecipient() {
        return new PhoneNumber("+966501234567");
    }

    @Override
    protected List<String> credentials() {
        return List.of(WebhookChannel.TOKEN);
    }

    @Override
    protected Optional<FakeProvider.Response> refusal(DeliveryFailure.Kind kind, String words) {
        return FakeWebhook.refusal(kind, words);
    }
}
