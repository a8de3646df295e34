package dev.otpkit.channel.smtp;

import static dev.otpkit.channel.smtp.FakeGoogle.ACCEPTED;
import static dev.otpkit.channel.smtp.FakeGoogle.json;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.otpkit.EmailAddress;
import dev.otpkit.Recipient;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.testkit.DeliveryChannelContract;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

class GmailApiChannelContractIT extends DeliveryChannelContract {
    private static final String ADDRESS = "reader@recipient.example";
    private static final String TOKEN = FakeGoogle.TOKEN_START + "of-the-contract";

    private FakeGoogle google;
    private EveryLog log;
    private boolean closed;

    @Override
    protected DeliveryChannel createChannel() {
        google = new FakeGoogle().answerTokens(json(200, "{\"access_token\":\"" + TOKEN + "\",\"expires_in\":3600}"));
        closed = false;
        log = new EveryLog();
        return GmailApiChannel.builder()
                .oauth2(google.oauth2().build())
                .baseUrl(google.url())
                .from("Acme <no-reply@acme.example>")
                .timeout(Duration.ofSeconds(3))
                .build();
    }

    @AfterEach
    void stopServer() {
        log.close();
        google.close();
    }

    @Override
    protected Recipient supportedRecipient() {
        return new EmailAddress(ADDRESS);
    }

    @Override
    protected List<String> deliveredTexts() throws Exception {
        List<String> texts = new ArrayList<>();
        if (!closed) {
            for (MimeMessage mail : google.mails(0)) {
                texts.add(mail.getContent().toString());
            }
        }
        return texts;
    }

    @Override
    protected void makeRefusing() {
        google.answerSends(json(
                        403,
                        "{\"error\":{\"message\":\"no {{request.headers.Authorization}} {{jsonPath request.body '$.raw'}} "
                                + ADDRESS + "\",\"status\":\"PERMISSION_DENIED\"}}")
                .withTransformers("response-template"));
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
        JsonObject body = new JsonObject();
        body.add("error", error);
        google.answerSends(json(400, body.toString()));
        return true;
    }

    @Override
    protected boolean makeUnreachable() {
        google.close();
        closed = true;
        return true;
    }

    @Override
    protected boolean makeSilent() {
        google.answerSends(json(200, ACCEPTED).withFixedDelay(6_000));
        return true;
    }

    @Override
    protected List<String> credentials() {
        return List.of(FakeGoogle.TOKEN_START, FakeGoogle.REFRESH_TOKEN, FakeGoogle.CLIENT_SECRET);
    }

    @Override
    protected List<String> credentialsSent() {
        return List.of(TOKEN);
    }

    @Override
    protected List<String> loggedTexts() {
        return log.texts();
    }
}
