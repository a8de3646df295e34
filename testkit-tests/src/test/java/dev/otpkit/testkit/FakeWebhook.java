package dev.otpkit.testkit;

import dev.otpkit.spi.DeliveryFailure;
import java.util.Map;
import java.util.Optional;

/**
 * A provider of SMS that takes a form with {@code to} and {@code text}, and the token in a header. It responds with 201
 * and the id of the message, or with a status and a word and a reason.
 */
final class FakeWebhook extends FakeProvider {
    FakeWebhook() {
        super("FakeWebhook");
    }

    @Override
    protected Response respond(Request request) {
        Map<String, String> form = request.form();
        String to = form.getOrDefault("to", "");
        String text = form.getOrDefault("text", "");
        if (!request.headers().getOrDefault("Authorization", "").equals("Bearer " + WebhookChannel.TOKEN)) {
            return new Response(401, "LOGIN unknown token");
        }
        if (text.isEmpty()) {
            return new Response(400, "TEXT no text");
        }
        String id = "sms-" + nextNumber();
        take(new Message(id, "Acme", to, "", text));
        return new Response(201, id);
    }

    static Optional<Response> refusal(DeliveryFailure.Kind kind, String words) {
        return Optional.of(
                switch (kind) {
                    case RECIPIENT_REJECTED -> new Response(422, "NUMBER " + words);
                    case OPTED_OUT -> new Response(422, "STOP " + words);
                    case MISCONFIGURED -> new Response(401, "LOGIN " + words);
                    case THROTTLED -> new Response(429, "SLOWER " + words);
                    case UNAVAILABLE -> new Response(503, "CLOSED " + words);
                    case UNCERTAIN -> throw new IllegalArgumentException("kind must be certain");
                });
    }
}
