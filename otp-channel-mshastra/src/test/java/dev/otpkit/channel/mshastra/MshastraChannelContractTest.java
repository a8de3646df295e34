package dev.otpkit.channel.mshastra;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.otpkit.PhoneNumber;
import dev.otpkit.Recipient;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.testkit.DeliveryChannelContract;
import dev.otpkit.testkit.FakeProvider.Response;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;

class MshastraChannelContractTest extends DeliveryChannelContract {
    private static FakeProvider provider;

    private final LogListener log = new LogListener();

    @Override
    protected DeliveryChannel createChannel() {
        if (provider == null) {
            provider = new FakeProvider();
        }
        provider.reset();
        return provider.channel().timeout(Duration.ofSeconds(2)).build();
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
        provider.standIn().respondWith(request -> {
            JsonObject sms = JsonParser.parseString(request.body())
                    .getAsJsonArray()
                    .get(0)
                    .getAsJsonObject();
            String words = Stream.of("pwd", "user", "number", "msg")
                    .map(name -> sms.get(name).getAsString())
                    .collect(Collectors.joining(", ", "  Invalid Password ", ""));
            return new Response(200, Map.of(), FakeProvider.element(" ", words));
        });
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
