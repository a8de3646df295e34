package dev.otpkit.examples.twilio;

import com.sun.net.httpserver.HttpExchange;
import dev.otpkit.OtpManager;
import dev.otpkit.OtpStoreException;
import dev.otpkit.channel.twilio.TwilioStatusCallback;
import dev.otpkit.channel.twilio.TwilioStatusCallback.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Takes Twilio's reports over HTTP and hands them to a manager.
 *
 * @param callback checks the signatures and reads the reports
 * @param otp the manager that sent the messages, or another one with the same store, secret and channels
 */
public record TwilioReports(TwilioStatusCallback callback, OtpManager otp) {
    private static final int MAX_BYTES = 64 * 1024;

    /**
     * Answers one request: 204 if it is Twilio's, else 403; 503 if the store could not keep the report.
     *
     * @param exchange of a POST
     * @throws IOException if the connection breaks
     */
    public void handle(HttpExchange exchange) throws IOException {
        String signature = exchange.getRequestHeaders().getFirst("X-Twilio-Signature");
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BYTES + 1);
        String query = exchange.getRequestURI().getRawQuery();
        Result result = callback.read(signature, query, new String(body, StandardCharsets.UTF_8));
        int status = result.isGenuine() ? 204 : 403;
        if (result instanceof Result.Reported reported) {
            try {
                otp.report(reported.report());
            } catch (OtpStoreException e) {
                status = 503;
            }
        }
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }
}
