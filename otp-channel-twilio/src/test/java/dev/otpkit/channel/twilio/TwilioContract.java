package dev.otpkit.channel.twilio;

import dev.otpkit.PhoneNumber;
import dev.otpkit.Recipient;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.testkit.DeliveryChannelContract;
import dev.otpkit.testkit.FakeProvider;
import dev.otpkit.testkit.FakeTwilio;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** What all channels keep, against a provider that behaves as Twilio. */
abstract class TwilioContract extends DeliveryChannelContract {
    final FakeTwilio twilio = FakeTwilio.start(TestMessages.ACCOUNT, TestMessages.TOKEN);
    private final LogListener log = new LogListener();

    abstract DeliveryChannel channel();

    @AfterEach
    void stop() {
        log.close();
        twilio.close();
    }

    <B extends TwilioBuilder<B>> B signedIn(B builder) {
        return builder.accountSid(TestMessages.ACCOUNT)
                .authToken(TestMessages.TOKEN)
                .baseUrl(twilio.url())
                .timeout(Duration.ofSeconds(2));
    }

    @Override
    protected DeliveryChannel createChannel() {
        return channel();
    }

    @Override
    protected Recipient supportedRecipient() {
        return new PhoneNumber(TestMessages.ADDRESS);
    }

    @Override
    protected List<String> deliveredTexts() {
        return twilio.requests().stream()
                .map(FakeProvider.Request::form)
                .map(form -> form.getOrDefault("Body", "") + form.getOrDefault("ContentVariables", ""))
                .toList();
    }

    @Override
    protected void makeRefusing() {
        twilio.respondWith(Refusals.error(400, 21211));
    }

    @Override
    protected boolean makeRefusingWith(String words) {
        twilio.respondWith(Refusals.saying(words));
        return true;
    }

    @Override
    protected boolean makeUnreachable() {
        twilio.close();
        return true;
    }

    @Override
    protected boolean makeSilent() {
        twilio.hang();
        return true;
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

    @Override
    protected List<String> loggedTexts() {
        return log.texts();
    }
}
