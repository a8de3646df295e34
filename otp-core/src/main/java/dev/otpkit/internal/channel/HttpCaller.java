package dev.otpkit.internal.channel;

import dev.otpkit.spi.DeliveryFailure.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLException;

/**
 * Makes each request at most once, within a time that bounds all of it, and knows whether the request may have left.
 * Only the look-up of a host's name may add to that, as long as the system's resolver takes. Thread-safe; follows no
 * redirect, keeps no cookie and logs nothing.
 *
 * <p>HTTP/1.1 only: there the body is asked for when a connection stands, TLS included, so that a request whose body was not
 * asked for has not been made. Over HTTP/2 a client may also repeat by itself what a server refused to begin.
 */
public final class HttpCaller {
    private static final Duration MAX_CONNECT = Duration.ofSeconds(5);

    private final HttpClient client;
    private final Duration timeout;

    private HttpCaller(Duration timeout) {
        this.timeout = timeout;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout.compareTo(MAX_CONNECT) < 0 ? timeout : MAX_CONNECT)
                // Where it comes up, on the thread that calls or the one that reads: by default each call changes
                // threads thrice.
                .executor(Runnable::run)
                .build();
    }

    /**
     * Returns a caller with connections of its own, which end when it is no longer used.
     *
     * @param timeout of a whole call, from the connection to the last byte of the answer; to connect, at most 5 s of it
     */
    public static HttpCaller create(Duration timeout) {
        return new HttpCaller(timeout);
    }

    /**
     * Sends a text, in UTF-8.
     *
     * @param headers {@code Content-Type} belongs here
     * @throws IllegalArgumentException if a header can not be sent; it names the header
     * @throws NoAnswerException if there was no answer, or none in HTTP of at most 256 KiB; an interrupt is restored and
     *     {@code UNCERTAIN}
     */
    public HttpAnswer post(URI url, Map<String, String> headers, String body) throws NoAnswerException {
        return post(url, headers, body, timeout);
    }

    /**
     * Sends a text, in UTF-8, within a time of its own.
     *
     * @param atMost for the whole call; without any left, nothing is sent
     * @throws NoAnswerException as above
     */
    public HttpAnswer post(URI url, Map<String, String> headers, String body, Duration atMost)
            throws NoAnswerException {
        if (atMost.isNegative() || atMost.isZero()) {
            throw new NoAnswerException(Kind.UNAVAILABLE, "no time was left for " + url.getRawAuthority());
        }
        OnceOnly content = new OnceOnly(BodyPublishers.ofString(body));
        return call(request(url, headers).POST(content), content, atMost);
    }

    /**
     * Asks for a text.
     *
     * @throws NoAnswerException if there was no answer, or none in HTTP of at most 256 KiB; {@code UNCERTAIN} only if
     *     interrupted
     */
    public HttpAnswer get(URI url, Map<String, String> headers) throws NoAnswerException {
        return call(request(url, headers).GET(), new OnceOnly(BodyPublishers.noBody()), timeout);
    }

    private static HttpRequest.Builder request(URI url, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(url);
        headers.forEach((name, value) -> {
            try {
                request.setHeader(name, value);
            } catch (IllegalArgumentException e) {
                // Its own text has the value, which may be a credential.
                throw new IllegalArgumentException(name + " must be a header that HTTP can carry");
            }
        });
        return request;
    }

    private HttpAnswer call(HttpRequest.Builder builder, OnceOnly content, Duration atMost) throws NoAnswerException {
        HttpRequest request = builder.timeout(atMost).build();
        String host = request.uri().getRawAuthority();
        long start = System.nanoTime();
        try {
            HttpResponse<BoundedText> response = client.send(request, head -> new BoundedText());
            return new HttpAnswer(
                    response.statusCode(), response.body().await(atMost.toNanos() - (System.nanoTime() - start)));
        } catch (HttpConnectTimeoutException e) {
            throw new NoAnswerException(Kind.UNAVAILABLE, host + " could not be reached");
        } catch (HttpTimeoutException e) {
            throw new NoAnswerException(
                    content.mayHaveLeft() ? Kind.UNCERTAIN : Kind.UNAVAILABLE,
                    host
                            + (content.mayHaveLeft() ? " did not answer within " : " could not be reached within ")
                            + atMost);
        } catch (IOException e) {
            throw noAnswer(host, content, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NoAnswerException(Kind.UNCERTAIN, "interrupted while waiting for " + host);
        }
    }

    private static NoAnswerException noAnswer(String host, OnceOnly content, Throwable cause) {
        if (content.mayHaveLeft()) {
            // What the client says of an answer that it can not read may have that answer in it.
            return new NoAnswerException(
                    Kind.UNCERTAIN,
                    "no answer from " + host + ": " + cause.getClass().getSimpleName());
        }
        if (has(cause, UnresolvedAddressException.class)) {
            return new NoAnswerException(Kind.UNAVAILABLE, "no address is known for " + host);
        }
        boolean lost = has(cause, EOFException.class) || has(cause, SocketException.class);
        Kind kind = has(cause, SSLException.class) && !lost ? Kind.MISCONFIGURED : Kind.UNAVAILABLE;
        return new NoAnswerException(kind, "no connection to " + host + ": " + words(cause));
    }

    private static String words(Throwable cause) {
        String type = cause.getClass().getSimpleName();
        return cause instanceof SSLException ? type + ": " + cause.getMessage() : type;
    }

    private static boolean has(Throwable thrown, Class<? extends Throwable> type) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    /** A body that is given out once, whatever the client or a system property would have it repeat. */
    private static final class OnceOnly implements BodyPublisher {
        private final BodyPublisher content;
        private final AtomicBoolean asked = new AtomicBoolean();

        OnceOnly(BodyPublisher content) {
            this.content = content;
        }

        boolean mayHaveLeft() {
            return asked.get();
        }

        @Override
        public long contentLength() {
            return content.contentLength();
        }

        @Override
        public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
            if (!asked.compareAndSet(false, true)) {
                throw new IllegalStateException("a request is made once");
            }
            content.subscribe(subscriber);
        }
    }
}
