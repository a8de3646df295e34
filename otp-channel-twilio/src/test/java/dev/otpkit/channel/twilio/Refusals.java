package dev.otpkit.channel.twilio;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.otpkit.testkit.FakeProvider.Request;
import dev.otpkit.testkit.FakeProvider.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Function;

/** Responses beyond those of the stand-in: refusals that repeat the whole request, including the credentials. */
final class Refusals {
    private static final String SID = "SM0123456789abcdef0123456789abcdef";

    private Refusals() {}

    /** 201, and of a message only its SID. */
    static Response taken(Request request) {
        return json(201, JsonNodeFactory.instance.objectNode().put("sid", SID).put("status", "queued"));
    }

    /** 201 and a message that Twilio has refused at once. */
    static Function<Request, Response> atOnce(String status, Integer code) {
        return request -> json(
                201,
                refused(status, code, "refused: " + everythingOf(request))
                        .put("body", request.form().get("Body"))
                        .put("to", request.form().get("To")));
    }

    static Response atOnce(String status, Integer code, String words) {
        return json(201, refused(status, code, words));
    }

    private static ObjectNode refused(String status, Integer code, String words) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("sid", SID)
                .put("status", status)
                .put("error_code", code)
                .put("error_message", words);
    }

    /** An error in Twilio's format. */
    static Function<Request, Response> error(int status, Integer code) {
        return request -> error(status, code, "Refused: " + everythingOf(request));
    }

    static Response error(int status, Integer code, String words) {
        return json(
                status,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("code", code)
                        .put("message", words)
                        .put("more_info", "https://www.twilio.com/docs/errors/" + code)
                        .put("status", status));
    }

    /** An error in the format of RFC 9457. */
    static Function<Request, Response> problem(int status, Integer code) {
        return request -> problem(status, code, "No: " + everythingOf(request));
    }

    static Response problem(int status, Integer code, String words) {
        ObjectNode problem = JsonNodeFactory.instance
                .objectNode()
                .put("type", "https://www.twilio.com/docs/api/errors/" + code)
                .put("title", "Not this way")
                .put("status", status)
                .put("detail", words)
                .put("code", code);
        problem.putArray("errors").addObject().put("detail", words);
        return json(status, problem);
    }

    private static String everythingOf(Request request) {
        return request.form() + " " + request.body() + " " + request.headers().get("Authorization") + " "
                + TestMessages.TOKEN + " " + URLEncoder.encode(TestMessages.TOKEN, StandardCharsets.UTF_8);
    }

    private static Response json(int status, ObjectNode body) {
        return new Response(status, Map.of("Content-Type", "application/json"), body.toString());
    }
}
