package dev.otpkit.channel.smtp;

import static dev.otpkit.channel.smtp.ScriptedGmailServer.json;

import com.google.gson.JsonObject;
import dev.otpkit.channel.smtp.ScriptedSmtpServer.Step;
import dev.otpkit.spi.DeliveryFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

class SmtpOAuth2ContractIT extends SmtpContract {
    private static final String TOKEN = ScriptedGmailServer.TOKEN_START + "of-the-contract";

    private final ScriptedGmailServer google = new ScriptedGmailServer()
            .tokenResponse(json(200, "{\"access_token\":\"" + TOKEN + "\",\"expires_in\":3600}"));

    @AfterEach
    void stopGoogle() {
        google.close();
    }

    @Override
    SmtpChannel.Builder signedIn(SmtpChannel.Builder builder) {
        return builder.oauth2("user@acme.example", google.oauth2().build());
    }

    @Override
    boolean refuse(ScriptedSmtpServer server, DeliveryFailure.Kind kind, String words) throws IOException {
        switch (kind) {
            case RECIPIENT_REJECTED ->
                server.reply(
                        Step.END,
                        "550-5.1.1 The email account that you tried to reach does",
                        "550 5.1.1 not exist. " + words);
            case THROTTLED ->
                server.reply(
                        Step.END,
                        "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; the sender's"
                                + " submission quota was exceeded. " + words);
            case MISCONFIGURED -> {
                JsonObject challenge = new JsonObject();
                challenge.addProperty("status", "401");
                challenge.addProperty("schemes", "Bearer");
                challenge.addProperty("scope", words);
                String encoded =
                        Base64.getEncoder().encodeToString(challenge.toString().getBytes(StandardCharsets.UTF_8));
                server.reply(Step.AUTH, "334 " + encoded)
                        .reply(Step.EMPTY_LINE, "535 5.7.8 Username and Password not accepted. " + words)
                        // Only a new connection logs in.
                        .dropConnections();
            }
            case UNAVAILABLE ->
                server.reply(Step.MAIL, "421 4.3.0 Temporary System Problem. Try again later. " + words);
            default -> {
                return false;
            }
        }
        return true;
    }

    @Override
    protected List<String> credentials() {
        return List.of(
                ScriptedGmailServer.TOKEN_START, ScriptedGmailServer.REFRESH_TOKEN, ScriptedGmailServer.CLIENT_SECRET);
    }

    @Override
    protected List<String> credentialsSent() {
        return List.of(TOKEN);
    }
}
