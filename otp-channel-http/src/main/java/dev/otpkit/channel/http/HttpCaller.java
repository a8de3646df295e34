package dev.otpkit.channel.http;

import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.spi.OtpMessage;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests for a channel, each at most once, and within a time that bounds all of it, from the connection to the
 * last byte of the response. Made for {@link dev.otpkit.spi.DeliveryChannel#deliver}: what it throws is the failure to
 * throw, with a kind that is true, and what it returns makes receipts and failures without a secret. Thread-safe, for
 * any number of requests at a time.
 *
 * <p>It follows no redirect, keeps no cookie, reads at most 256 KiB of a response and logs nothing. It repeats no
 * request, and lets the JDK's client repeat none, a GET neither. A request that failed leaves it as it was.
 *
 * <p>HTTP/1.1 only: there the body is asked for when a connection stands, TLS included, so that a request whose body
 * was not asked for has not been made. Over HTTP/2 a client may also repeat by itself what a server refused to begin.
 *
 * <p>Connections are kept for the next request, but not for long: one that a firewall has dropped in the meantime
 * without notice costs a whole time-out and leaves an uncertain outcome. JDK 21 and later close what has been idle for
 * 30 seconds. JDK 17 does so after 20 minutes, and has no way to close an idle connection. There a client is replaced
 * before a request that might get a connection which has been idle for longer than 30 seconds, and every two minutes;
 * it is ended with the last of its requests. On any JDK a client over which a request failed is replaced too: it does
 * not close a connection over which the head of a response was no HTTP.
 */
public final class HttpCaller implements AutoCloseable {
    private static final Duration MAX_CONNECT = Duration.ofSeconds(5);
    private static final Duration MAX_IDLE = Duration.ofSeconds(30);
    private static final Duration MAX_AGE = Duration.ofMinutes(2);
    private static final Duration UNBOUNDED = Duration.ofNanos(Long.MAX_VALUE);

    private final String channel;
    private final Duration timeout;
    private final Duration maxIdle;
    private final Duration maxAge;
    private final LongSupplier nanoTime;
    private @Nullable ManagedHttpClient current;
    private boolean closed;

    private HttpCaller(String channel, Duration timeout, Duration maxIdle, Duration maxAge, LongSupplier nanoTime) {
        this.channel = ChannelSettings.text("channel", channel, 64);
        this.timeout = ChannelSettings.timeout(timeout);
        this.maxIdle = maxIdle;
        this.maxAge = maxAge;
        this.nanoTime = nanoTime;
    }

    /**
     * Returns a caller with connections of its own, to be closed by its channel. Nothing is connected yet.
     *
     * @param channel the name of the channel, 1 to 64 characters without controls: failures have it
     * @param timeout of a whole request, to the last byte of the response; more than zero, at most a minute. To
     *     connect, at most 5 s of it
     * @return a new caller
     * @throws IllegalArgumentException if either is out of range
     */
    public static HttpCaller create(String channel, Duration timeout) {
        return Runtime.version().feature() < 21
                ? createBounded(channel, timeout, System::nanoTime)
                : new HttpCaller(channel, timeout, UNBOUNDED, UNBOUNDED, System::nanoTime);
    }

    /** Returns a caller that bounds itself how long a connection is idle, as before JDK 21. */
    static HttpCaller createBounded(String channel, Duration timeout, LongSupplier nanoTime) {
        return new HttpCaller(channel, timeout, MAX_IDLE, MAX_AGE, nanoTime);
    }

    private synchronized ManagedHttpClient begin() {
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
            current = new ManagedHttpClient(settings, now);
        }
        current.callBegins();
        return current;
    }

    private synchronized void end(ManagedHttpClient client, boolean failed) {
        client.callEnds(nanoTime.getAsLong());
        if (failed) {
            replace(client);
        }
    }

    /** Takes a client out of use. One that cannot be ended stays, since it would live on beside its successor. */
    private void replace(ManagedHttpClient client) {
        if (client == current && client.canEnd()) {
            current = null;
            client.retire();
        }
    }

    /**
     * Ends the connections and threads. A request under way is finished, within its time-out; a new one is refused.
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
     * Sends the request that delivers a message.
     *
     * @param message whose code and address receipts and failures are to be without
     * @param request what to send
     * @return whatever the provider responded, of any status
     * @throws IllegalStateException if this caller is closed; nothing was sent
     * @throws NoResponseException if there was no response, or none in HTTP of at most 256 KiB
     */
    public ProviderResponse send(OtpMessage message, ProviderRequest request) throws NoResponseException {
        return exchange(Objects.requireNonNull(message, "message must not be null"), request);
    }

    /**
     * Sends a request that delivers no message, such as one for a token or a balance. If it failed as
     * {@code UNCERTAIN}, the provider may have done what was asked; a message that would have followed was certainly
     * not sent.
     *
     * @param request what to send
     * @return whatever the provider responded, of any status; what is made of it is without the request's credentials
     * @throws IllegalStateException if this caller is closed; nothing was sent
     * @throws NoResponseException if there was no response, or none in HTTP of at most 256 KiB
     */
    public ProviderResponse send(ProviderRequest request) throws NoResponseException {
        return exchange(null, request);
    }

    private ProviderResponse exchange(@Nullable OtpMessage message, ProviderRequest request)
            throws NoResponseException {
        Duration atMost = request.timeout(timeout);
        if (atMost.isNegative() || atMost.isZero()) {
            throw noResponse(Kind.UNAVAILABLE, "no time was left for " + request.host());
        }
        SingleUseBody content = new SingleUseBody(request.body());
        HttpRequest.Builder builder = HttpRequest.newBuilder(request.url()).timeout(atMost);
        request.headers().forEach(builder::setHeader);
        HttpRequest once = builder.method(request.method(), content).build();
        long start = System.nanoTime();
        ManagedHttpClient client = begin();
        boolean failed = false;
        try {
            HttpResponse<BoundedBody> response = client.http().send(once, head -> new BoundedBody());
            String body = response.body().await(atMost.toNanos() - (System.nanoTime() - start));
            return new ProviderResponse(response.statusCode(), body, channel, message, request);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw noResponse(Kind.UNCERTAIN, "interrupted while waiting for " + request.host());
        } catch (IOException | IllegalArgumentException e) {
            // The second is what the client makes of a Content-Length that is no number.
            failed = true;
            throw content.mayHaveLeft() ? unanswered(request.host(), e, atMost) : unsent(request.host(), e);
        } finally {
            end(client, failed);
        }
    }

    /** Of a response that the client cannot read, its exception may have a part. */
    private NoResponseException unanswered(String host, Exception cause, Duration atMost) {
        return noResponse(
                Kind.UNCERTAIN,
                cause instanceof HttpTimeoutException
                        ? host + " did not respond within " + atMost
                        : "no response from " + host + ": " + cause.getClass().getSimpleName());
    }

    private NoResponseException unsent(String host, Exception cause) {
        if (cause instanceof HttpTimeoutException) {
            return noResponse(Kind.UNAVAILABLE, host + " could not be reached in time");
        }
        if (TransportErrors.isCausedBy(UnresolvedAddressException.class, cause)) {
            return noResponse(Kind.UNAVAILABLE, "no address is known for " + host);
        }
        return noResponse(TransportErrors.kindOfUnsent(cause), "no connection to " + host + ": " + words(cause));
    }

    private NoResponseException noResponse(Kind kind, String detail) {
        return new NoResponseException(channel, kind, detail);
    }

    private static String words(Throwable cause) {
        String type = cause.getClass().getSimpleName();
        return cause instanceof SSLException ? type + ": " + cause.getMessage() : type;
    }

    /** Returns the channel's name and the time-out. */
    @Override
    public String toString() {
        return "HttpCaller[channel=" + channel + ", timeout=" + timeout + "]";
    }

    /**
     * A body that is given out once, whatever the client or a system property would have it repeat. Of an empty one,
     * which a GET has too, the client asks for the length alone, at the same moment: when it writes the head.
     */
    private static final class SingleUseBody implements BodyPublisher {
        private final BodyPublisher content;
        private final AtomicBoolean asked = new AtomicBoolean();

        SingleUseBody(String text) {
            this.content = BodyPublishers.ofString(text);
        }

        boolean mayHaveLeft() {
            return asked.get();
        }

        @Override
        public long contentLength() {
            long length = content.contentLength();
            if (length == 0) {
                ask();
            }
            return length;
        }

        @Override
        public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
            if (content.contentLength() > 0) {
                ask();
            }
            content.subscribe(subscriber);
        }

        private void ask() {
            if (!asked.compareAndSet(false, true)) {
                throw new IllegalStateException("a request is made once");
            }
        }
    }
}
