package dev.otpkit.channel.twilio;

import com.twilio.http.HttpClient;
import com.twilio.http.Request;
import com.twilio.http.Response;
import dev.otpkit.channel.http.HttpCaller;
import dev.otpkit.channel.http.NoResponseException;
import java.net.URI;
import java.util.Map;
import org.apache.hc.core5.http.Header;

/**
 * Posts once, whatever the answer, and keeps nothing of it: the SDK's own client posts up to six times, and holds the last
 * request and answer. Gives the SDK only an answer that took a message. Thread-safe.
 */
final class OneShotHttpClient extends HttpClient {
    private final HttpCaller caller;
    private final URI baseUrl;

    OneShotHttpClient(HttpCaller caller, URI baseUrl) {
        this.caller = caller;
        this.baseUrl = baseUrl;
    }

    /** Posts to the base URL, and to the path alone of the request's own. */
    @Override
    public Response makeRequest(Request request) {
        try {
            TwilioAnswer answer = new TwilioAnswer(caller.post(
                    URI.create(baseUrl + URI.create(request.getUrl()).getRawPath()),
                    Map.of(
                            "Authorization", request.getAuthString(),
                            "Accept", "application/json",
                            "Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
                    request.encodeFormBody()));
            return new Response(TwilioAnswer.withSid(answer.messageSid()), 201, new Header[0]);
        } catch (NoResponseException e) {
            throw new NotTakenException(e.kind(), null, String.valueOf(e.getMessage()));
        }
    }

    /** What the SDK calls, by way of the method with one parameter. Repeats nothing, and does not keep the request. */
    @Override
    public Response reliableRequest(Request request, int[] retryCodes, int retries, long delayMillis) {
        return makeRequest(request);
    }
}
