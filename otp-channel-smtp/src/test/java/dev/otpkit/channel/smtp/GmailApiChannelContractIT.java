package dev.otpkit.channel.smtp;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.otpkit.EmailAddress;
import dev.otpkit.Recipient;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.testkit.DeliveryChannelContract;
import dev.otpkit.testkit.FakeGmail;
import dev.otpkit.testkit.FakeProvider;
import dev.otpkit.testkit.FakeProvider.Response;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

class GmailApiChannelContractIT extends DeliveryChannelContract {
    private static final String ADDRESS = "reader@recipient.example";
    private static final String FIRST_TOKEN = "ya29.fake-access-token-1";

    private FakeGmail gmail;
    private EveryLog log;

    /** The first delivery of a JVM takes longer than the time-out of these tests may be. */
    @BeforeAll
    static void warmUp() throws DeliveryException {
        try (FakeGmail first = FakeGmail.start();
                DeliveryChannel channel = channel(first, Duration.ofMinutes(1))) {
            channel.deliver(TestMessages.message());
        }
    }

    @Override
    protected DeliveryChannel createChannel() {
        gmail = FakeGmail.start();
        log = new EveryLog();
        return channel(gmail, Duration.ofSeconds(3));
    }

    private static DeliveryChannel channel(FakeGmail gmail, Duration timeout) {
        return GmailApiChannel.builder()
                .oauth2(OAuth2.builder()
                        .tokenEndpoint(gmail.tokenUrl())
                        .clientId(FakeGmail.CLIENT_ID)
                        .clientSecret(FakeGmail.CLIENT_SECRET)
                        .refreshToken(FakeGmail.REFRESH_TOKEN)
                        .build())
                .baseUrl(gmail.url())
                .from("Acme <no-reply@acme.example>")
                .timeout(timeout)
                .build();
    }

    @AfterEach
    void stopServer() {
        log.close();
        gmail.close();
    }

    @Override
    protected Recipient supportedRecipient() {
        return new EmailAddress(ADDRESS);
    }

    @Override
    protected List<String> deliveredTexts() {
        return gmail.messages().stream().map(FakeProvider.Message::text).toList();
    }

    @Override
    protected void makeRefusing() {
        gmail.respondWith(request -> {
            JsonObject error = new JsonObject();
            error.addProperty(
                    "message", "no " + request.headers().get("Authorization") + " " + request.body() + " " + ADDRESS);
            error.addProperty("status", "PERMISSION_DENIED");
            return error(403, error);
        });
    }

    @Override
    protected boolean makeRefusingWith(String words) {
        JsonObject reason = new JsonObject();
        reason.addProperty("reason", words);
        JsonArray errors = new JsonArray();
        errors.add(reason);
        JsonObject error = new JsonObject();
        error.addProperty("message", words);
        error.addProperty("status", words);
        error.add("errors", errors);
        gmail.respondWith(request -> error(400, error));
        return true;
    }

    private static Response error(int status, JsonObject error) {
        JsonObject body = new JsonObject();
        body.add("error", error);
        return new Response(status, Map.of("Content-Type", "application/json"), body.toString());
    }

    @Override
    protected boolean makeUnreachable() {
        gmail.close();
        return true;
    }

    @Override
    protected boolean makeSilent() {
        gmail.hang();
        return true;
    }

    @Override
    protected List<String> credentials() {
        return List.of(FIRST_TOKEN, FakeGmail.REFRESH_TOKEN, FakeGmail.CLIENT_SECRET);
    }

    @Override
    protected List<String> credentialsSent() {
        return List.of(FIRST_TOKEN);
    }

    @Override
    protected List<String> loggedTexts() {
        return log.texts();
    }
}
