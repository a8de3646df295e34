package dev.otpkit.channel.twilio;

import com.twilio.http.HttpClient;
import com.twilio.http.Request;
import com.twilio.http.Response;
import dev.otpkit.channel.http.HttpCaller;
import dev.otpkit.channel.http.NoResponseException;
import dev.otpkit.channel.http.ProviderRequest;
import dev.otpkit.channel.http.ProviderResponse;
import dev.otpkit.spi.Deadline;
import java.net.URI;
import org.apache.hc.core5.http.Header;

/**
 * An HTTP client for the SDK that posts once, for any response, and keeps nothing of it: the SDK's own client posts up
 * to six times, and holds the last request and response. It passes on a response only if that accepted a message.
 * Thread-safe.
 */
final class NonRetryingHttpClient extends HttpClient {
    private final HttpCaller caller;
    private final URI baseUrl;

    NonRetryingHttpClient(HttpCaller caller, URI baseUrl) {
        this.caller = caller;
        this.baseUrl = baseUrl;
    }

    /** Posts to the base URL, with the path of the request's own URL. */
    Response post(Request request, Deadline deadline) {
        try {
            TwilioResponse response = new TwilioResponse(caller.send(
                    ProviderRequest.post(baseUrl, URI.create(request.getUrl()).getRawPath())
                            .within(deadline.remaining())
                            .header("Authorization", request.getAuthString())
                            .header("Accept", "application/json")
                            .text("application/x-www-form-urlencoded; charset=utf-8", request.encodeFormBody())));
            return new Response(TwilioResponse.withSid(response.messageSid()), 201, new Header[0]);
        } catch (NoResponseException e) {
            throw new TwilioFailureException(e.kind(), null, e.failure().detail());
        }
    }

    @Override
    public Response makeRequest(Request request) {
        return post(request, Deadline.none());
    }

    /**
     * Posts once. The SDK calls this by way of the method with one parameter. It repeats nothing, and does not keep the
     * request.
     */
    @Override
    public Response reliableRequest(Request request, int[] retryCodes, int retries, long delayMillis) {
        return makeRequest(request);
    }

    /** Posts a form of one field, once, that delivers no message. */
    ProviderResponse post(String path, TwilioCredentials credentials, String field, String value)
            throws NoResponseException {
        return caller.send(ProviderRequest.post(baseUrl, path)
                .basic(credentials.user(), credentials.secret())
                .header("Accept", "application/json")
                .field(field, value));
    }

    void close() {
        caller.close();
    }
}
