package dev.otpkit.channel.mshastra;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;

import dev.otpkit.PhoneNumber;
import dev.otpkit.Recipient;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.testkit.DeliveryChannelContract;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;

class MshastraChannelContractTest extends DeliveryChannelContract {
    private static final String REPEATS_ALL = """
            [{"msg_id": " ", "number": "{{jsonPath request.body '$[0].number'}}", "str_response": "  Invalid Password {{
            jsonPath request.body '$[0].pwd'}} of {{jsonPath request.body '$[0].user'}}, {{
            jsonPath request.body '$[0].number'}}: {{jsonPath request.body '$[0].msg'}}"}]
            """;

    private static FakeProvider provider;

    private final LogListener log = new LogListener();

    @Override
    protected DeliveryChannel createChannel() {
        if (provider == null) {
            provider = new FakeProvider();
        }
        provider.reset();
        return provider.channel()
                .password("fake-password")
                .timeout(Duration.ofSeconds(2))
                .build();
    }

    @AfterEach
    void stopListening() {
        log.close();
    }

    @AfterAll
    static void stopProvider() {
        if (provider != null) {
            provider.close();
        }
    }

    @Override
    protected Recipient supportedRecipient() {
        return new PhoneNumber("+" + FakeProvider.NUMBER);
    }

    @Override
    protected List<String> deliveredTexts() {
        return provider.sent().stream().map(sms -> sms.get("msg").getAsString()).toList();
    }

    @Override
    protected void makeRefusing() {
        provider.answer(aResponse().withBody(REPEATS_ALL).withTransformers("response-template"));
    }

    @Override
    protected boolean makeRefusingWith(String words) {
        provider.answer(200, FakeProvider.element(words, "Invalid Receiver " + words));
        return true;
    }

    @Override
    protected boolean makeUnreachable() {
        provider.close();
        provider = null;
        return true;
    }

    @Override
    protected boolean makeSilent() {
        provider.beSilent();
        return true;
    }

    @Override
    protected List<String> credentials() {
        return List.of("fake-password");
    }

    @Override
    protected List<String> loggedTexts() {
        return log.texts();
    }
}
