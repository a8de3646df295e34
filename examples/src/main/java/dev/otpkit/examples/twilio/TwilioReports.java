package dev.otpkit.examples.twilio;

import com.sun.net.httpserver.HttpExchange;
import dev.otpkit.OtpManager;
import dev.otpkit.channel.twilio.TwilioStatusCallback;
import dev.otpkit.channel.twilio.TwilioStatusCallback.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Takes Twilio's reports over HTTP and publishes them to the listeners of a manager.
 *
 * @param callback checks the signatures and reads the reports
 * @param otp the manager whose listeners receive the reports
 */
public record TwilioReports(TwilioStatusCallback callback, OtpManager otp) {
    private static final int MAX_BYTES = 64 * 1024;

    /**
     * Answers one request: 204 if it is Twilio's, else 403.
     *
     * @param exchange of a POST
     * @throws IOException if the connection breaks
     */
    public void handle(HttpExchange exchange) throws IOException {
        String signature = exchange.getRequestHeaders().getFirst("X-Twilio-Signature");
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BYTES + 1);
        Result result = callback.read(signature, new String(body, StandardCharsets.UTF_8));
        if (result instanceof Result.Reported reported) {
            otp.report(reported.event());
        }
        exchange.sendResponseHeaders(result.isGenuine() ? 204 : 403, -1);
        exchange.close();
    }
}
