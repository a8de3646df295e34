package dev.otpkit.channel.http;

import dev.otpkit.spi.DeliveryChannel;
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
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests for a channel, each at most once, with a bound on the whole time from the connection to the last byte
 * of the response. Made for {@link dev.otpkit.spi.DeliveryChannel#deliver}: its exception is the failure to throw, with
 * the correct kind, and its response makes receipts and failures without a secret. Thread-safe, for any number of
 * requests at a time.
 *
 * <p>It follows no redirect, keeps no cookie, reads at most 256 KiB of a response and logs nothing. It repeats no
 * request, and prevents the JDK's client from repeating one, even a GET. A request that failed does not affect the
 * next.
 *
 * <p>HTTP/1.1 only: here, the client requests the body from its publisher once the connection is established, TLS
 * included, so a request whose body was not requested has not been sent. Over HTTP/2, a client may also repeat a
 * request that the server refused to begin.
 *
 * <p>Connections are kept for the next request, but not for long: a connection that a firewall has dropped silently in
 * the meantime costs a whole time-out and leaves an uncertain outcome. JDK 21 and later close connections that have
 * been idle for 30 seconds. JDK 17 does so after 20 minutes, and has no method that closes an idle connection. There, a
 * client is replaced before a request that might get a connection which has been idle for longer than 30 seconds, and
 * every two minutes; it is ended with the last of its requests. On any JDK, a client over which a request failed is
 * replaced as well, since it does not close a connection on which the head of a response was not HTTP.
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
        this.channel = ChannelSettings.text("channel", channel, DeliveryChannel.MAX_NAME_LENGTH);
        this.timeout = ChannelSettings.timeout(timeout);
        this.maxIdle = maxIdle;
        this.maxAge = maxAge;
        this.nanoTime = nanoTime;
    }

    /**
     * Returns a caller with separate connections, to be closed by its channel. Nothing is connected yet.
     *
     * @param channel the name of the channel in failures, 1 to 64 characters without controls
     * @param timeout of a whole request, to the last byte of the response; more than zero, at most a minute. The
     *     connection may take at most 5 s of it
     * @return a new caller
     * @throws IllegalArgumentException if either is out of range
     */
    public static HttpCaller create(String channel, Duration timeout) {
        return Runtime.version().feature() < 21
                ? createBounded(channel, timeout, System::nanoTime)
                : new HttpCaller(channel, timeout, UNBOUNDED, UNBOUNDED, System::nanoTime);
    }

    /** Returns a caller that itself bounds the idle time of connections, as before JDK 21. */
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

    /** Takes a client out of use. One that cannot be ended stays in use: it would live on beside its successor. */
    private void replace(ManagedHttpClient client) {
        if (client == current && client.canEnd()) {
            current = null;
            client.retire();
        }
    }

    /**
     * Ends the connections and threads. A request in progress is completed within its time-out; a new one is refused.
     * Closing a closed caller does nothing. A caller that is not closed holds its connections and threads until it is
     * garbage-collected.
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
     * Sends the request that delivers a message. If the message's {@linkplain OtpMessage#deadline() deadline} comes
     * before the time-out, it bounds the request in the same way. Once the deadline has passed, nothing is sent, and
     * the failure is {@code UNAVAILABLE}.
     *
     * @param message the message; receipts and failures are without its code and address
     * @param request the request to send
     * @return the provider's response, of any status
     * @throws IllegalStateException if this caller is closed; nothing was sent
     * @throws NoResponseException if there was no response, or no HTTP response of at most 256 KiB
     */
    public ProviderResponse send(OtpMessage message, ProviderRequest request) throws NoResponseException {
        return exchange(Objects.requireNonNull(message, "message must not be null"), request);
    }

    /**
     * Sends a request that delivers no message, such as one for a token or a balance. One that is made during a
     * delivery is bounded by {@link ProviderRequest#within} and what is left of the message's deadline. If it fails as
     * {@code UNCERTAIN}, the provider may have executed it; a message that would have followed was certainly not sent.
     *
     * @param request the request to send
     * @return the provider's response, of any status; receipts and failures from it are without the request's
     *     credentials
     * @throws IllegalStateException if this caller is closed; nothing was sent
     * @throws NoResponseException if there was no response, or no HTTP response of at most 256 KiB
     */
    public ProviderResponse send(ProviderRequest request) throws NoResponseException {
        return exchange(null, request);
    }

    private ProviderResponse exchange(@Nullable OtpMessage message, ProviderRequest request)
            throws NoResponseException {
        Duration atMost = request.timeout(timeout);
        if (message != null) {
            atMost = message.deadline().atMost(atMost);
        }
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
            // The client throws the second for a Content-Length that is not a number.
            failed = true;
            throw content.mayHaveLeft() ? unanswered(request.host(), e, atMost) : unsent(request.host(), e);
        } finally {
            end(client, failed);
        }
    }

    /** Leaves out the text of the cause, which may contain a part of a response that the client cannot read. */
    private NoResponseException unanswered(String host, Exception cause, Duration atMost) {
        return noResponse(
                Kind.UNCERTAIN,
                cause instanceof HttpTimeoutException
                        ? host + " did not respond within " + atMost.truncatedTo(ChronoUnit.MILLIS)
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
     * A body that is available once, even if the client or a system property would repeat the request. For an empty
     * one, including that of a GET, the client requests only the length, at the same moment: when it writes the head.
     */
    private static final class SingleUseBody implements BodyPublisher {
        private final BodyPublisher content;
        private final AtomicBoolean requested = new AtomicBoolean();

        SingleUseBody(String text) {
            this.content = BodyPublishers.ofString(text);
        }

        boolean mayHaveLeft() {
            return requested.get();
        }

        @Override
        public long contentLength() {
            long length = content.contentLength();
            if (length == 0) {
                request();
            }
            return length;
        }

        @Override
        public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
            if (content.contentLength() > 0) {
                request();
            }
            content.subscribe(subscriber);
        }

        private void request() {
            if (!requested.compareAndSet(false, true)) {
                throw new IllegalStateException("a request is made once");
            }
        }
    }
}
