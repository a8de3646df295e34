package dev.otpkit.channel.http;

import dev.otpkit.spi.DeliveryFailure.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
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
import java.util.function.LongSupplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Makes a POST at most once, within a time that bounds all of it, and knows whether it may have left. Thread-safe; follows no
 * redirect, keeps no cookie and logs nothing.
 *
 * <p>HTTP/1.1 only: there the body is asked for when a connection stands, TLS included, so that a request whose body was not
 * asked for has not been made. Over HTTP/2 a client may also repeat by itself what a server refused to begin.
 *
 * <p>Connections are kept for the next call, but not for long: one that a firewall has dropped in the meantime without
 * notice costs a whole time-out and leaves an uncertain outcome. JDK 21 and later close what has been idle for 30
 * seconds. JDK 17 does so after 20 minutes, and has no way to close an idle connection. There a client is replaced
 * before a call that might get a connection which has been idle for longer than 30 seconds, and every two minutes; it
 * is ended with the last of its calls. On any JDK a client over which a call failed is replaced too: it does not close
 * a connection over which the head of an answer was no HTTP.
 */
public final class HttpCaller implements AutoCloseable {
    private static final Duration MAX_CONNECT = Duration.ofSeconds(5);
    private static final Duration MAX_IDLE = Duration.ofSeconds(30);
    private static final Duration MAX_AGE = Duration.ofMinutes(2);
    private static final Duration UNBOUNDED = Duration.ofNanos(Long.MAX_VALUE);

    private final Duration timeout;
    private final Duration maxIdle;
    private final Duration maxAge;
    private final LongSupplier nanoTime;
    private @Nullable EndableClient current;
    private boolean closed;

    private HttpCaller(Duration timeout, Duration maxIdle, Duration maxAge, LongSupplier nanoTime) {
        this.timeout = timeout;
        this.maxIdle = maxIdle;
        this.maxAge = maxAge;
        this.nanoTime = nanoTime;
    }

    /**
     * Returns a caller with connections of its own, to be closed.
     *
     * @param timeout of a whole call, to the last byte of the answer; to connect, at most 5 s of it
     */
    public static HttpCaller create(Duration timeout) {
        return Runtime.version().feature() < 21
                ? createBounded(timeout, System::nanoTime)
                : new HttpCaller(timeout, UNBOUNDED, UNBOUNDED, System::nanoTime);
    }

    /** Returns a caller that bounds itself how long a connection is idle, as before JDK 21. */
    static HttpCaller createBounded(Duration timeout, LongSupplier nanoTime) {
        return new HttpCaller(timeout, MAX_IDLE, MAX_AGE, nanoTime);
    }

    private synchronized EndableClient begin() {
        if (closed) {
            throw new IllegalStateException("the channel is closed");
        }
        long now = nanoTime.getAsLong();
        if (current != null && (current.isDead() || current.isStale(now, maxIdle, maxAge))) {
            replace(current);
        }
        if (current == null) {
            HttpClient.Builder settings = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(timeout.compareTo(MAX_CONNECT) < 0 ? timeout : MAX_CONNECT);
            current = new EndableClient(settings, now);
        }
        current.callBegins();
        return current;
    }

    private synchronized void end(EndableClient client, boolean failed) {
        client.callEnds(nanoTime.getAsLong());
        if (failed) {
            replace(client);
        }
    }

    /** Takes a client out of use. One that cannot be ended stays, since it would live on beside its successor. */
    private void replace(EndableClient client) {
        if (client == current && client.canEnd()) {
            current = null;
            client.retire();
        }
    }

    /**
     * Ends the connections and threads. A call under way is finished, within its time-out; a new one is refused.
     * Closing again does nothing. A caller that is not closed holds them until the garbage collector clears it.
     */
    @Override
    public synchronized void close() {
        closed = true;
        if (current != null) {
            current.retire();
            current = null;
        }
    }

    /**
     * Sends a text, in UTF-8.
     *
     * @param headers {@code Content-Type} belongs here
     * @throws IllegalArgumentException if a header can not be sent; it names the header
     * @throws IllegalStateException if this caller is closed
     * @throws NoResponseException if there was no answer, or none in HTTP of at most 256 KiB; an interrupt is restored and
     *     {@code UNCERTAIN}
     */
    public ProviderResponse post(URI url, Map<String, String> headers, String body) throws NoResponseException {
        return post(url, headers, body, timeout);
    }

    /**
     * Sends a text, in UTF-8, within a time of its own.
     *
     * @param atMost for the whole call; without any left, nothing is sent
     * @throws IllegalStateException if this caller is closed
     * @throws NoResponseException as above
     */
    public ProviderResponse post(URI url, Map<String, String> headers, String body, Duration atMost)
            throws NoResponseException {
        if (atMost.isNegative() || atMost.isZero()) {
            throw new NoResponseException(Kind.UNAVAILABLE, "no time was left for " + url.getRawAuthority());
        }
        OnceOnly content = new OnceOnly(BodyPublishers.ofString(body));
        return call(request(url, headers).POST(content), content, atMost);
    }

    /**
     * Asks for a text. The JDK's client may ask twice, if a connection that was kept turns out to be closed.
     *
     * @throws IllegalStateException if this caller is closed
     * @throws NoResponseException if there was no answer, or none in HTTP of at most 256 KiB; {@code UNCERTAIN} only if
     *     interrupted
     */
    public ProviderResponse get(URI url, Map<String, String> headers) throws NoResponseException {
        return call(request(url, headers).GET(), null, timeout);
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

    /**
     * Makes a call.
     *
     * @param content what may leave once; null if that does not matter
     */
    private ProviderResponse call(HttpRequest.Builder builder, @Nullable OnceOnly content, Duration atMost)
            throws NoResponseException {
        HttpRequest request = builder.timeout(atMost).build();
        String host = request.uri().getRawAuthority();
        long start = System.nanoTime();
        EndableClient client = begin();
        boolean failed = false;
        try {
            HttpResponse<BoundedText> response = client.http().send(request, head -> new BoundedText());
            return new ProviderResponse(
                    response.statusCode(), response.body().await(atMost.toNanos() - (System.nanoTime() - start)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NoResponseException(Kind.UNCERTAIN, "interrupted while waiting for " + host);
        } catch (IOException | IllegalArgumentException e) {
            // The second is what the client makes of a Content-Length that is no number.
            failed = true;
            throw content == null || content.mayHaveLeft() ? unanswered(host, content, e, atMost) : unsent(host, e);
        } finally {
            end(client, failed);
        }
    }

    /** Of an answer that the client can not read, its exception may have a part. */
    private static NoResponseException unanswered(
            String host, @Nullable OnceOnly content, Exception cause, Duration atMost) {
        return new NoResponseException(
                content == null ? kindOfUnsent(cause) : Kind.UNCERTAIN,
                cause instanceof HttpTimeoutException
                        ? host + " did not answer within " + atMost
                        : "no answer from " + host + ": " + cause.getClass().getSimpleName());
    }

    private static NoResponseException unsent(String host, Exception cause) {
        if (cause instanceof HttpTimeoutException) {
            return new NoResponseException(Kind.UNAVAILABLE, host + " could not be reached in time");
        }
        if (has(cause, UnresolvedAddressException.class)) {
            return new NoResponseException(Kind.UNAVAILABLE, "no address is known for " + host);
        }
        return new NoResponseException(kindOfUnsent(cause), "no connection to " + host + ": " + words(cause));
    }

    private static Kind kindOfUnsent(Exception cause) {
        boolean lost = has(cause, EOFException.class) || has(cause, SocketException.class);
        return has(cause, SSLException.class) && !lost ? Kind.MISCONFIGURED : Kind.UNAVAILABLE;
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
