package dev.otpkit.channel.mshastra;

import dev.otpkit.PhoneNumber;
import dev.otpkit.Recipient;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.testkit.FakeMshastra;
import dev.otpkit.testkit.FakeProvider;
import dev.otpkit.testkit.HttpChannelContract;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

class MshastraChannelContractTest extends HttpChannelContract {
    @Override
    protected FakeProvider createProvider() {
        return FakeMshastra.start();
    }

    @Override
    protected DeliveryChannel createChannel(URI url, Duration timeout) {
        return MshastraChannel.builder()
                .username(FakeMshastra.USERNAME)
                .password(FakeMshastra.PASSWORD)
                .sender("Acme")
                .baseUrl(url)
                .timeout(timeout)
                .build();
    }

    @Override
    protected Recipient supportedRecipient() {
        return new PhoneNumber("+966501234567");
    }

    @Override
    protected Optional<FakeProvider.Response> refusal(DeliveryFailure.Kind kind, String words) {
        return switch (kind) {
            case RECIPIENT_REJECTED -> Optional.of(refused("Invalid Mobile No " + words));
            case OPTED_OUT -> Optional.of(refused("006 - DND Number: " + words));
            case THROTTLED ->
                Optional.of(
                        new FakeProvider.Response(429, "<html><body>Too Many Requests: " + words + "</body></html>"));
            case MISCONFIGURED -> Optional.of(refused("  Invalid Password: " + words + " "));
            // It has none: after "013 - Server Error", the message may have been accepted.
            default -> Optional.empty();
        };
    }

    private static FakeProvider.Response refused(String text) {
        return new FakeProvider.Response(200, TestProvider.element(text, text));
    }

    @Override
    protected List<String> credentials() {
        return List.of(FakeMshastra.PASSWORD);
    }
}
