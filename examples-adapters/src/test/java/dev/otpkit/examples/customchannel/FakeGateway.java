package dev.otpkit.examples.customchannel;

import dev.otpkit.testkit.FakeProvider;

/** A stand-in for the gateway, by its documentation. */
final class FakeGateway extends FakeProvider {
    private final String apiKey;

    FakeGateway(String apiKey) {
        super("FakeGateway");
        this.apiKey = apiKey;
    }

    @Override
    protected Response respond(Request request) {
        if (!request.headers().getOrDefault("Authorization", "").equals("Bearer " + apiKey)) {
            return new Response(401, "");
        }
        if (!request.method().equals("POST") || !request.uri().getPath().equals("/messages")) {
            return new Response(404, "");
        }
        String id = "sms" + nextNumber();
        take(new Message(
                id, "Acme", request.form().get("to"), "", request.form().get("text")));
        return new Response(200, "OK " + id);
    }
}
