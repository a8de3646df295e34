package dev.otpkit.channel.twilio;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.otpkit.testkit.FakeProvider.Request;
import dev.otpkit.testkit.FakeProvider.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Function;

/** Responses beyond those of the stand-in: refusals that repeat all that was asked, the credentials included. */
final class Refusals {
    private static final String SID = "SM0123456789abcdef0123456789abcdef";

    private Refusals() {}

    /** 201 and no more of a message than its SID. */
    static Response taken(Request request) {
        return json(201, JsonNodeFactory.instance.objectNode().put("sid", SID).put("status", "queued"));
    }

    /** 201 and a message that Twilio has refused at once. */
    static Function<Request, Response> atOnce(String status, Integer code) {
        return request -> json(
                201,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("sid", SID)
                        .put("body", request.form().get("Body"))
                        .put("to", request.form().get("To"))
                        .put("status", status)
                        .put("error_code", code)
                        .put("error_message", "refused: " + everythingOf(request)));
    }

    /** An error in Twilio's own form. */
    static Function<Request, Response> error(int status, Integer code) {
        return request -> json(
                status,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("code", code)
                        .put("message", "Refused: " + everythingOf(request))
                        .put("more_info", "https://www.twilio.com/docs/errors/" + code)
                        .put("status", status));
    }

    /** An error in the form of RFC 9457. */
    static Function<Request, Response> problem(int status, Integer code) {
        return request -> {
            ObjectNode problem = JsonNodeFactory.instance
                    .objectNode()
                    .put("type", "https://www.twilio.com/docs/api/errors/" + code)
                    .put("title", "Not this way")
                    .put("status", status)
                    .put("detail", "No: " + everythingOf(request))
                    .put("code", code);
            problem.putArray("errors").addObject().put("detail", "Body: " + everythingOf(request));
            return json(status, problem);
        };
    }

    /** An error with these words, in each place that has any. */
    static Function<Request, Response> saying(String words) {
        return request -> {
            ObjectNode problem = JsonNodeFactory.instance
                    .objectNode()
                    .put("code", 21211)
                    .put("message", words)
                    .put("detail", words);
            problem.putArray("errors").addObject().put("detail", words);
            return json(400, problem);
        };
    }

    private static String everythingOf(Request request) {
        return request.form() + " " + request.body() + " " + request.headers().get("Authorization") + " "
                + TestMessages.TOKEN + " " + URLEncoder.encode(TestMessages.TOKEN, StandardCharsets.UTF_8);
    }

    private static Response json(int status, ObjectNode body) {
        return new Response(status, Map.of("Content-Type", "application/json"), body.toString());
    }
}
