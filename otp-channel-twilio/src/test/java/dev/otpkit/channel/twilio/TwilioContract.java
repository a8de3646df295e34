package dev.otpkit.channel.twilio;

import dev.otpkit.PhoneNumber;
import dev.otpkit.Recipient;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.testkit.FakeProvider;
import dev.otpkit.testkit.FakeTwilio;
import dev.otpkit.testkit.HttpChannelContract;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** The contract of channels over HTTP, against a provider that behaves like Twilio. */
abstract class TwilioContract extends HttpChannelContract {

    static <B extends TwilioBuilder<B>> B signedIn(B builder, URI url, Duration timeout) {
        return builder.accountSid(TestMessages.ACCOUNT)
                .authToken(TestMessages.TOKEN)
                .baseUrl(url)
                .timeout(timeout);
    }

    @Override
    protected FakeProvider createProvider() {
        return FakeTwilio.start(TestMessages.ACCOUNT, TestMessages.TOKEN);
    }

    @Override
    protected Recipient supportedRecipient() {
        return new PhoneNumber(TestMessages.ADDRESS);
    }

    @Override
    protected Optional<FakeProvider.Response> refusal(DeliveryFailure.Kind kind, String words) {
        return switch (kind) {
            case RECIPIENT_REJECTED -> Optional.of(Refusals.error(400, 21211, words));
            case OPTED_OUT -> Optional.of(Refusals.problem(400, 21610, words));
            case THROTTLED -> Optional.of(Refusals.error(429, 20429, words));
            case MISCONFIGURED -> Optional.of(Refusals.error(401, 20003, words));
            case UNAVAILABLE -> Optional.of(Refusals.atOnce("failed", 30003, words));
            default -> Optional.empty();
        };
    }

    @Override
    protected List<String> credentials() {
        String pair = TestMessages.ACCOUNT + ":" + TestMessages.TOKEN;
        return List.of(
                TestMessages.TOKEN, Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII)));
    }

    @Override
    protected List<String> credentialsSent() {
        return List.of(TestMessages.TOKEN);
    }
}
